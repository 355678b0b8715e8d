using System.Diagnostics;
using System.Globalization;

namespace AuditStream.Demo;

/// <summary>Where this machine keeps PostgreSQL's server programs.</summary>
/// <remarks>First <c>AUDITSTREAM_PG_BIN</c>, then the newest of Debian's <c>/usr/lib/postgresql/*/bin</c>, then what <c>pg_config
/// --bindir</c> says. A folder counts only when it holds <c>initdb</c> and <c>postgres</c>: client packages bring the rest without
/// them.</remarks>
public static class PostgresBinaries
{
    /// <summary>What to do when <see cref="Find"/> gives null: one sentence.</summary>
    public const string WhatToInstall = "PostgreSQL's server programs (initdb, postgres) were not found: install them "
        + "(Debian: sudo apt-get install postgresql) or name their folder in AUDITSTREAM_PG_BIN.";

    private const string FolderVariable = "AUDITSTREAM_PG_BIN";
    private const string DebianRoot = "/usr/lib/postgresql";
    private static readonly TimeSpan PgConfigTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>; null when there is none.</summary>
    public static string? Find() => Candidates().FirstOrDefault(HoldsServer);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
            yield return folder;
        if (Directory.Exists(DebianRoot))
        {
            foreach (var version in Directory.GetDirectories(DebianRoot).OrderByDescending(VersionOf))
                yield return Path.Combine(version, "bin");
        }
        if (AskPgConfig() is { } told)
            yield return told;
    }

    private static bool HoldsServer(string folder) =>
        File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));

    private static int VersionOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;

    private static string? AskPgConfig()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "pg_config"))
            .FirstOrDefault(File.Exists);
        if (program is null)
            return null;
        using var process = Process.Start(new ProcessStartInfo(program, ["--bindir"]) { RedirectStandardOutput = true });
        if (process is null)
            return null;
        var folderTold = process.StandardOutput.ReadLine();
        if (!process.WaitForExit(PgConfigTimeout))
            process.Kill();
        return string.IsNullOrWhiteSpace(folderTold) ? null : folderTold.Trim();
    }
}
