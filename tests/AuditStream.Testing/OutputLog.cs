using System.Text;

namespace AuditStream.Testing;

/// <summary>The lines that a process wrote, standard output and standard error together; safe for many threads.</summary>
public sealed class OutputLog
{
    private const int MaxLines = 200_000;
    private readonly List<string> _lines = [];
    private readonly Lock _lock = new();

    /// <summary>Adds one line; null (the end of a stream) is ignored.</summary>
    public void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            if (_lines.Count < MaxLines)
                _lines.Add(line);
        }
    }

    /// <summary>True when a line contains the text.</summary>
    public bool Contains(string text)
    {
        lock (_lock)
            return _lines.Exists(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A copy of all lines.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_lock)
            return [.. _lines];
    }

    /// <summary>The last lines as one text.</summary>
    public string Tail(int count = 40)
    {
        lock (_lock)
        {
            var text = new StringBuilder();
            foreach (var line in _lines.Skip(Math.Max(0, _lines.Count - count)))
                text.AppendLine(line);
            return text.ToString();
        }
    }
}
