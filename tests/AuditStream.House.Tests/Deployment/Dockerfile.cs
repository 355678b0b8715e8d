namespace AuditStream.House.Tests.Deployment;

/// <summary><c>deploy/Dockerfile</c> as instructions, continued lines joined.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(IReadOnlyList<(string Name, string Arguments)> instructions) => Instructions = instructions;

    /// <summary>Every instruction in order.</summary>
    public IReadOnlyList<(string Name, string Arguments)> Instructions { get; }

    /// <summary>The instructions of the image that is the result: from the last FROM on.</summary>
    public IEnumerable<(string Name, string Arguments)> Result =>
        Instructions.Skip(Instructions.Select((instruction, index) => (instruction, index)).Last(entry => entry.instruction.Name == "FROM").index);

    public static Dockerfile Read()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "deploy/Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);
        var lines = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#');
        return new([.. lines.Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1].Trim()))]);
    }

    /// <summary>The arguments of every instruction of a name, in the whole file.</summary>
    public IEnumerable<string> All(string name) => Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Arguments);

    /// <summary>The arguments of the one instruction of a name in the result.</summary>
    public string One(string name) => Result.Single(instruction => instruction.Name == name).Arguments;
}
