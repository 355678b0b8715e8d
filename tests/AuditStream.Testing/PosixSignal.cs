using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AuditStream.Testing;

/// <summary>Sends POSIX signals to processes that a test started.</summary>
public static class PosixSignal
{
    /// <summary>Ctrl-C.</summary>
    public const int Interrupt = 2;

    /// <summary>The end that cannot be caught.</summary>
    public const int Kill = 9;

    /// <summary>The polite request to end.</summary>
    public const int Terminate = 15;

    /// <summary>Go on after <see cref="Stop"/>.</summary>
    public const int Continue = 18;

    /// <summary>Freeze.</summary>
    public const int Stop = 19;

    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal; a process that is gone already is no error.</summary>
    public static void Send(int processId, int signal)
    {
        if (kill(processId, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
            throw new Win32Exception(error, $"Sending signal {signal} to process {processId} failed");
    }

    /// <summary>True when this process ignores a signal, and so do the processes that it starts; false too where the system does not tell.</summary>
    public static bool IsIgnored(int signal)
    {
        const string Ignored = "SigIgn:";
        const string Status = "/proc/self/status";
        var line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) : null;
        if (line is null)
            return false;
        var mask = ulong.Parse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return ((mask >> (signal - 1)) & 1) == 1;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int processId, int signal);
}
