using System.Diagnostics;

namespace AuditStream.Testing;

/// <summary>Packages of npm that tests compare the product with. Each is installed once per machine, into the user's cache folder, when there is npm and a
/// feed that has it; where not, the tests that need it are skipped by name.</summary>
public static class NodeModules
{
    private const string AvscVersion = "5.7.9";
    private static readonly TimeSpan InstallLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string?> missingAvsc = new(() => Missing("avsc", AvscVersion));

    /// <summary>Why tests that need the package avsc, an implementation of Avro, are skipped; null where it is there.</summary>
    public static string? MissingAvsc => missingAvsc.Value;

    /// <summary>Runs a script that may require avsc, with one argument.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public static async Task<string> RunWithAvscAsync(string script, string argument)
    {
        // A script's modules are looked for beside it.
        var folder = FolderOf("avsc", AvscVersion);
        var copy = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(script)}-{Guid.NewGuid():N}.js");
        File.Copy(script, copy);
        try
        {
            return await ToolProcess.RunAsync(RunLimit, "node", copy, argument);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static string FolderOf(string package, string version)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "auditstream", "node", $"{package}-{version}");
    }

    private static string? Missing(string package, string version)
    {
        if (!Succeeds("node", ["--version"], folder: null))
            return $"needs node for the npm package {package}";
        var target = FolderOf(package, version);
        if (Directory.Exists(Path.Combine(target, "node_modules", package)))
            return null;
        // Elsewhere first: who finds the folder finds it whole.
        var work = $"{target}-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(work);
            string[] arguments =
            [
                "install", "--prefix", work, "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=20000",
                $"{package}@{version}",
            ];
            if (!Succeeds("npm", arguments, work) || !Directory.Exists(Path.Combine(work, "node_modules", package)))
                return $"needs the npm package {package} {version}, and npm could not install it";
            Directory.Move(work, target);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another test process may have been faster.
            return Directory.Exists(target) ? null : $"needs the npm package {package} {version}: {exception.Message}";
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private static bool Succeeds(string program, IEnumerable<string> arguments, string? folder)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder ?? "",
            };
            using var process = Process.Start(start);
            if (process is null)
                return false;
            process.StandardInput.Close();
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(InstallLimit))
                return process.ExitCode == 0;
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
