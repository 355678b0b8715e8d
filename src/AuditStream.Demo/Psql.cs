using System.Diagnostics;
using System.Globalization;

namespace AuditStream.Demo;

/// <summary>PostgreSQL's own client, as the administrator of a throw-away server.</summary>
public sealed class Psql(ThrowAwayPostgres postgres)
{
    private const string Name = "psql";

    /// <summary>The line that a person types to look inside.</summary>
    /// <remarks>Short enough for 80 columns where psql is on the path: a line that is broken cannot be copied.</remarks>
    public string Line(string database) => string.Create(CultureInfo.InvariantCulture,
        $"{(IsOnPath ? Name : Program)} postgresql://{ThrowAwayPostgres.UserName}:{postgres.Password}@{postgres.Host}:{postgres.Port}/{database}");

    /// <summary>Runs SQL to its end.</summary>
    /// <exception cref="InvalidOperationException">The client is missing, or the server refused.</exception>
    public async Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", postgres.Host,
            "-p", postgres.Port.ToString(CultureInfo.InvariantCulture), "-U", ThrowAwayPostgres.UserName, "-d", database])
        {
            RedirectStandardInput = true, // not an argument: a password in it would be seen in the list of processes
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = postgres.Password;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} could not be started.");
        await process.StandardInput.WriteLineAsync(sql.AsMemory(), cancellationToken).ConfigureAwait(false);
        process.StandardInput.Close();
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"psql failed with exit code {process.ExitCode}: {errors.Trim()}");
    }

    private static bool IsOnPath => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, Name)));

    private static string Program
    {
        get
        {
            var beside = Path.Combine(PostgresBinaries.Find() ?? "", Name);
            return File.Exists(beside) ? beside : Name;
        }
    }
}
