using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AuditStream.Core.Tests.Decode;

/// <summary>How long this thread has had a processor, so that another load of the machine decides nothing; plain time where there is no such clock.</summary>
internal static class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static double Milliseconds => OperatingSystem.IsLinux() && clock_gettime(ThreadCpuTime, out var time) == 0
        ? (time.Seconds * 1_000.0) + (time.Nanoseconds / 1_000_000.0)
        : Stopwatch.GetTimestamp() * 1_000.0 / Stopwatch.Frequency;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
