using System.CommandLine;

namespace AuditStream.App.CommandLine;

/// <summary>A verb of the command line, with examples for its help.</summary>
public sealed class VerbCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    /// <summary>Whole command lines to copy.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
