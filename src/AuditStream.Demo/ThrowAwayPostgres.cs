using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuditStream.Demo;

/// <summary>A PostgreSQL server of its own, made from the machine's server programs and gone with its object.</summary>
/// <remarks>
/// Purpose: the demo and the tests need a real server and must neither find nor leave one. Design: <c>initdb</c> into a new temporary
/// folder, the server as a child process in its own session (Ctrl-C in a terminal must reach the product, not its database), TCP on
/// 127.0.0.1 only, on a free port that stays the same over stop and start, a random password. PostgreSQL refuses to run as root: there it
/// runs as the user <c>postgres</c>. Guarantee: after <see cref="DisposeAsync"/> neither process nor folder is left; when this process is
/// killed, a guard (a shell that waits for its standard input to close) does the same. Processes are stopped by their id, never by name.
/// </remarks>
public sealed class ThrowAwayPostgres : IAsyncDisposable
{
    /// <summary>The superuser.</summary>
    public const string UserName = "postgres";

    private const int StartAttempts = 3; // another process may take the free port between our look and the server's bind
    private const string ServerUser = "postgres";
    private const int LogTailCharacters = 2_000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly string _binaries;
    private readonly string _folder;
    private readonly ThrowAwayPostgresOptions _options;
    private readonly bool _asRoot = Environment.IsPrivilegedProcess;
    private Process? _server;
    private Process? _guard;

    private ThrowAwayPostgres(string binaries, string folder, ThrowAwayPostgresOptions options)
    {
        _binaries = binaries;
        _folder = folder;
        _options = options;
        Password = RandomNumberGenerator.GetHexString(24, lowercase: true);
    }

    /// <summary>The address: loopback, nothing else.</summary>
    public string Host => "127.0.0.1";

    /// <summary>The TCP port; the same for the object's whole life.</summary>
    public int Port { get; private set; }

    /// <summary>The superuser's password, random.</summary>
    public string Password { get; }

    /// <summary>The data directory.</summary>
    public string DataDirectory => Path.Combine(_folder, "data");

    /// <summary>The server's log file.</summary>
    public string LogFile => Path.Combine(_folder, "server.log");

    /// <summary>Whether the server process is there.</summary>
    public bool IsRunning => _server is { HasExited: false };

    /// <summary>Whether this machine has the server programs; if not, <see cref="PostgresBinaries.WhatToInstall"/> says what to
    /// do.</summary>
    public static bool IsAvailable => PostgresBinaries.Find() is not null;

    /// <summary>The superuser's connection string for <paramref name="database"/>, in Npgsql's words.</summary>
    public string ConnectionString(string database = "postgres") => string.Create(CultureInfo.InvariantCulture,
        $"Host={Host};Port={Port};Username={UserName};Password={Password};Database={database}");

    /// <summary>Makes a cluster and starts it.</summary>
    /// <exception cref="InvalidOperationException">The server programs are missing, or the server did not start: the message says what to
    /// do, or ends with the end of the server's log.</exception>
    public static async Task<ThrowAwayPostgres> StartNewAsync(ThrowAwayPostgresOptions options, CancellationToken cancellationToken)
    {
        var binaries = PostgresBinaries.Find() ?? throw new InvalidOperationException(PostgresBinaries.WhatToInstall);
        var folder = Directory.CreateTempSubdirectory("auditstream-pg-").FullName; // mode 700; short: a Unix socket's path ends at 107 bytes
        var postgres = new ThrowAwayPostgres(binaries, folder, options);
        try
        {
            await postgres.InitializeAsync(cancellationToken).ConfigureAwait(false);
            for (var attempt = 1; ; attempt++)
            {
                postgres.Port = FreePort();
                try
                {
                    await postgres.StartAsync(cancellationToken).ConfigureAwait(false);
                    return postgres;
                }
                catch (InvalidOperationException) when (attempt < StartAttempts && postgres.LogTail().Contains("in use", StringComparison.Ordinal))
                {
                    await postgres.StopAsync(PostgresStopMode.Immediate, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            await postgres.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts the server on its data directory and port, and waits until it takes connections. Nothing happens when it
    /// runs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsRunning)
            return;
        File.Delete(PidFile);
        _server = Spawn(AsServerUser(Path.Combine(_binaries, "postgres"), "-D", DataDirectory, "-p", Port.ToString(CultureInfo.InvariantCulture)));
        var deadline = Stopwatch.StartNew();
        while (!IsReady())
        {
            if (_server.HasExited)
                throw new InvalidOperationException($"PostgreSQL ended while starting. The end of its log: {LogTail()}");
            if (deadline.Elapsed.TotalSeconds > _options.TimeoutSeconds)
                throw new InvalidOperationException($"PostgreSQL did not start within {_options.TimeoutSeconds} s. The end of its log: {LogTail()}");
            await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
        }
        _guard?.Dispose();
        _guard = SpawnGuard(_server.Id);
    }

    /// <summary>Stops the server and keeps its data. Nothing happens when it does not run.</summary>
    public async Task StopAsync(PostgresStopMode mode, CancellationToken cancellationToken)
    {
        if (_guard is { HasExited: false } guard)
        {
            guard.Kill();
            await guard.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        if (_server is not { HasExited: false } server)
            return;
        _ = SendSignal(server.Id, (int)mode);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(_options.TimeoutSeconds));
        try
        {
            await server.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            server.Kill();
            await server.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops and starts again: same data, same port.</summary>
    public async Task RestartAsync(PostgresStopMode mode, CancellationToken cancellationToken)
    {
        await StopAsync(mode, cancellationToken).ConfigureAwait(false);
        await StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the server and deletes all of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(PostgresStopMode.Immediate, CancellationToken.None).ConfigureAwait(false);
        _server?.Dispose();
        _guard?.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private string PidFile => Path.Combine(DataDirectory, "postmaster.pid");

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password + "\n", cancellationToken).ConfigureAwait(false);
        if (_asRoot)
            await RunAsync(["chown", "-R", ServerUser, _folder], cancellationToken).ConfigureAwait(false);
        await RunAsync(AsServerUser(Path.Combine(_binaries, "initdb"), "-D", DataDirectory, "-U", UserName, "-E", "UTF8", "--no-locale", "--no-sync",
            "--auth=scram-sha-256", $"--pwfile={passwordFile}"), cancellationToken).ConfigureAwait(false);
        File.Delete(passwordFile);
        await File.AppendAllLinesAsync(Path.Combine(DataDirectory, "postgresql.conf"), ConfigurationLines(), cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<string> ConfigurationLines()
    {
        yield return "listen_addresses = '127.0.0.1'";
        yield return $"unix_socket_directories = '{_folder}'";
        yield return "max_connections = 100";
        yield return "timezone = 'UTC'";
        if (!_options.Fsync)
        {
            yield return "fsync = off";
            yield return "synchronous_commit = off";
            yield return "full_page_writes = off";
        }
        if (_options.LogicalReplication)
            yield return "wal_level = logical";
        foreach (var (name, value) in _options.Settings)
            yield return $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    /// <summary>The server writes its state into the last line of <c>postmaster.pid</c>; as a stand-by it takes connections too.</summary>
    private bool IsReady()
    {
        try
        {
            return File.Exists(PidFile) && File.ReadLines(PidFile).LastOrDefault()?.Trim() is "ready" or "standby";
        }
        catch (IOException)
        {
            return false; // replaced while we read it: the next look tells
        }
    }

    private string LogTail()
    {
        if (!File.Exists(LogFile))
            return "(empty)";
        var text = File.ReadAllText(LogFile).Trim();
        return text.Length <= LogTailCharacters ? text : text[^LogTailCharacters..];
    }

    private string[] AsServerUser(params string[] command) =>
        _asRoot ? ["setpriv", $"--reuid={ServerUser}", $"--regid={ServerUser}", "--init-groups", .. command] : command;

    /// <summary>Starts a command in a session of its own with its output in the log file; every program of the chain replaces the one
    /// before it, so that the process id is the server's.</summary>
    private Process Spawn(string[] command)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", LogFile, .. command])
        {
            WorkingDirectory = "/",
        };
        return Process.Start(start) ?? throw new InvalidOperationException("PostgreSQL could not be started: no process came up.");
    }

    /// <summary>A shell that waits until our end of its standard input closes, which also happens when we are killed.</summary>
    private Process SpawnGuard(int serverId)
    {
        var script = $"read -r line; kill -QUIT {serverId.ToString(CultureInfo.InvariantCulture)} 2>/dev/null; sleep 2; rm -rf \"$0\"";
        var start = new ProcessStartInfo("setsid", ["sh", "-c", script, _folder]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        return Process.Start(start) ?? throw new InvalidOperationException("The guard of PostgreSQL could not be started: no process came up.");
    }

    private async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        }) ?? throw new InvalidOperationException($"'{command[0]}' could not be started: no process came up.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        _ = await output.ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{command[0]}' failed with exit code {process.ExitCode} while making a PostgreSQL cluster: {errors.Trim()}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int processId, int signal);
}
