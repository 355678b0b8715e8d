namespace AuditStream.Demo;

/// <summary>What the demo was asked for.</summary>
public sealed record DemoOptions
{
    /// <summary>Whether it ends by itself once every change is in the table.</summary>
    public bool Once { get; init; }

    /// <summary>Whether it then waits for Ctrl-C, so that one can look inside.</summary>
    public bool Keep { get; init; }

    /// <summary>The folder with captured messages.</summary>
    public string Messages { get; init; } = Demo.Messages.CapturedFiles.OwnFolder;

    /// <summary>What the changes after the captured ones are drawn from: the same seed gives the same changes.</summary>
    public int Seed { get; init; } = 1;
}
