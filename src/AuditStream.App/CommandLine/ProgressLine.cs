namespace AuditStream.App.CommandLine;

/// <summary>A line that is written over, for a person who waits at a terminal; nothing where nobody does.</summary>
/// <param name="error">Where errors go.</param>
internal sealed class ProgressLine(TextWriter error)
{
    private const string ClearLine = "\r\u001b[K";
    private readonly bool isShown = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Shows a text instead of the last one.</summary>
    public void Show(string text)
    {
        if (isShown)
            error.Write(ClearLine + text);
    }

    /// <summary>Takes the text away.</summary>
    public void Clear() => Show("");
}
