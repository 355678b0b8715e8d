using System.Globalization;
using AuditStream.Demo;

namespace AuditStream.Bench;

/// <summary>How much processor time this process and a server of its own have used: what a busy machine distorts least.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>This process and the server's processes, in seconds; the server's is 0 where there is no <c>/proc</c>.</summary>
    public static (double Own, double Server) Now(ThrowAwayPostgres server) => (Environment.CpuUsage.TotalTime.TotalSeconds, OfServer(server));

    private static double OfServer(ThrowAwayPostgres server)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        var postmaster = File.ReadLines(Path.Combine(server.DataDirectory, "postmaster.pid")).First().Trim();
        var ticks = 0L;
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            if (Fields(folder) is not { } fields)
                continue;
            // Behind the name: state, parent, ... utime at 11, stime, and of children that have ended cutime, cstime.
            if (Path.GetFileName(folder) == postmaster)
                ticks += fields[11..15].Sum(Ticks);
            else if (fields[1] == postmaster)
                ticks += fields[11..13].Sum(Ticks);
        }
        return ticks / TicksPerSecond;
    }

    private static string[]? Fields(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended meanwhile
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Ticks(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
