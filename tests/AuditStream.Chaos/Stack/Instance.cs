using System.Globalization;
using AuditStream.Testing;

namespace AuditStream.Chaos.Stack;

/// <summary>One place for a process of the product: who is killed there is started again.</summary>
internal sealed class Instance(ChaosStack stack, string name, string roles)
{
    private readonly List<(string Name, OutputLog Output)> lives = [];
    private int ended;

    /// <summary>The place's name.</summary>
    internal string Name { get; } = name;

    /// <summary>The process; null while there is none.</summary>
    internal AuditStreamProcess? Process { get; private set; }

    /// <summary>True while a fault has it in hand: it may end then.</summary>
    internal bool IsInHand { get; set; }

    /// <summary>What every process of this place has written.</summary>
    internal IReadOnlyList<(string Name, OutputLog Output)> Lives => lives;

    /// <summary>The process has ended though nobody made it.</summary>
    internal bool HasEndedByItself => Process is { HasExited: true } && !IsInHand;

    /// <summary>Starts a process.</summary>
    internal void Start()
    {
        Process = stack.Start(Name, roles);
        lives.Add((string.Create(CultureInfo.InvariantCulture, $"{Name}.{++ended}"), Process.Output));
    }

    /// <summary>Sends a signal of <see cref="PosixSignal"/>.</summary>
    internal void Send(int signal) => Process?.Send(signal);

    /// <summary>Lets go of a process that has ended or is to be killed now.</summary>
    internal async Task ForgetAsync()
    {
        if (Process is { } process)
            await process.DisposeAsync();
        Process = null;
    }
}
