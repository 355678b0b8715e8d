using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Envelopes;

/// <summary>Goes over the objects of an array that is known to be well-formed, each put on a tape.</summary>
internal ref struct ArrayWalk
{
    private readonly ReadOnlySpan<byte> text;
    private readonly JsonTape tape;
    private int position;

    /// <summary>Starts at an array's bracket.</summary>
    public ArrayWalk(ReadOnlySpan<byte> text, int start, JsonTape tape)
    {
        this.text = text;
        this.tape = tape;
        position = start;
    }

    /// <summary>Where the last element starts, or where it went wrong.</summary>
    public int Start { get; private set; }

    /// <summary>Where the last element ends.</summary>
    public readonly int End => position;

    /// <summary>Why there was no next element; null when the array was at its end.</summary>
    public Flow.Rejection? Fault { get; private set; }

    /// <summary>Goes to the next element; false at the end, and where an element is no object.</summary>
    public bool Next()
    {
        position = JsonScanner.SkipBlank(text, position);
        if (text[position] == ']')
            return false;
        position = JsonScanner.SkipBlank(text, position + 1);
        if (text[position] == ']')
            return false;
        Start = position;
        if (text[position] != '{')
        {
            Fault = new Flow.Rejection(Flow.RejectionCode.InvalidMember, "An element of the wrapper is no object.", position);
            return false;
        }

        var fault = tape.Read(text, ref position);
        if (fault == JsonFault.None)
            return true;
        Fault = RecordFrame.Rejected(fault, position);
        return false;
    }
}
