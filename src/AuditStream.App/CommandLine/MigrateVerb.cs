using System.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream migrate</c>: makes or updates schema <c>audit</c>, and makes or takes the identity key.</summary>
public static class MigrateVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Prints the SQL that is missing in this database, as a script, and changes nothing. A login that may read is enough: the service's.",
        };
        var sql = new Option<bool>("--sql") { Description = "Prints the whole SQL as a script for a database without schema audit, and connects to nothing." };
        var migrate = new VerbCommand("migrate",
            "Makes or updates the audit schema in PostgreSQL, and makes the identity key of a new store (or takes the configured one).",
            "auditstream migrate",
            "auditstream migrate --dry-run > audit.sql",
            "auditstream migrate --sql | psql -X -v ON_ERROR_STOP=1 'dbname=audit user=admin'",
            "auditstream migrate --set 'Postgres:OwnerConnectionString=Host=db;Database=audit;Username=admin;Password=…'");
        configuration.AddTo(migrate);
        migrate.Add(dryRun);
        migrate.Add(sql);
        migrate.SetAction(async (arguments, cancellationToken) =>
        {
            var output = arguments.InvocationConfiguration.Output;
            if (arguments.GetValue(sql))
            {
                await output.WriteAsync(Migrator.Script()).ConfigureAwait(false);
                return ExitCode.Done;
            }
            var options = configuration.ReadForMigrate(arguments);
            return arguments.GetValue(dryRun)
                ? await ShowAsync(options, output, cancellationToken).ConfigureAwait(false)
                : await MigrateAsync(options, output, cancellationToken).ConfigureAwait(false);
        });
        return migrate;
    }

    /// <summary>Migrates the store and settles the identity key.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="output">Receives what was done, a line each.</param>
    /// <param name="cancellationToken">Stops it; the store is then unchanged.</param>
    /// <returns><see cref="ExitCode.Done"/>.</returns>
    /// <exception cref="StoreException">The store was not reached, is broken, or was made with another identity key.</exception>
    public static async Task<int> MigrateAsync(AuditStreamOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        await using var migrator = new Migrator(EdgeSettings.Owner(options), NullLogger<Migrator>.Instance);
        var ran = await migrator.MigrateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in ran)
            await output.WriteLineAsync($"ran {name}").ConfigureAwait(false);
        if (ran.Count == 0)
            await output.WriteLineAsync("the schema is up to date").ConfigureAwait(false);
        await SettleIdentityAsync(options.Identity, migrator, output, cancellationToken).ConfigureAwait(false);
        await SettleCheckpointKeyAsync(options, output).ConfigureAwait(false);
        return ExitCode.Done;
    }

    // Any key will do: another one than before makes new checkpoints, and the old ones hold.
    private static async Task SettleCheckpointKeyAsync(AuditStreamOptions options, TextWriter output)
    {
        var path = CheckpointKeyFile.PathOf(options);
        var isNew = !File.Exists(path);
        try
        {
            if (isNew)
                CheckpointKeyFile.Create(path);
        }
        catch (ConfigurationException exception) when (options.Checkpoint.KeyFile is null)
        {
            // Where secrets come as variables there may be no folder to write to; the store works without checkpoints.
            await output.WriteLineAsync($"no key of checkpoints, so none will be made: {exception.Problems[0]}").ConfigureAwait(false);
            return;
        }
        using var key = CheckpointKeyFile.Load(path);
        await output.WriteLineAsync($"{(isNew ? "made the key of checkpoints" : "key of checkpoints")} {path}, fingerprint {SignedNote.Fingerprint(key.PublicKey)}"
            + (isNew ? ": write the fingerprint down where the database's owner cannot write" : "")).ConfigureAwait(false);
    }

    // The file comes before the fingerprint: a store whose key nobody has could never be written to.
    private static async Task SettleIdentityAsync(
        IdentityOptions identity, Migrator migrator, TextWriter output, CancellationToken cancellationToken)
    {
        var made = IdentityKeyStore.Exists(identity) ? null : IdentityKeyStore.Create(identity);
        var fingerprint = IdentityKeyStore.Load(identity).Fingerprint;
        bool isNew;
        try
        {
            isNew = await migrator.EnsureIdentityAsync(fingerprint, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception) when (made is not null)
        {
            File.Delete(made); // it was made for a new store, and this one has a key already, or was not reached
            if (exception.Code == Cli.IdentityProblemCode)
                throw new ConfigurationException([new("Identity:KeyFile", $"names {made}, which does not exist, and this store has a key already: put it there")]);
            throw;
        }
        if (made is not null)
            await output.WriteLineAsync($"made the identity key {made}: keep a copy; without it no event can be added to this store again")
                .ConfigureAwait(false);
        await output.WriteLineAsync(isNew ? $"identity key {fingerprint} belongs to this store from now on" : $"identity key {fingerprint} fits")
            .ConfigureAwait(false);
    }

    // Beside the script everything is a comment: the output is what somebody applies.
    private static async Task<int> ShowAsync(AuditStreamOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        await using var migrator = new Migrator(EdgeSettings.Owner(options), NullLogger<Migrator>.Instance);
        var fingerprint = IdentityKeyStore.Exists(options.Identity) ? IdentityKeyStore.Load(options.Identity).Fingerprint : null;
        var plan = await migrator.PlanAsync(fingerprint, cancellationToken).ConfigureAwait(false);
        foreach (var name in plan.Names)
            await output.WriteLineAsync($"-- would run {name}").ConfigureAwait(false);
        if (plan.Names.Count == 0)
            await output.WriteLineAsync("-- the schema is up to date").ConfigureAwait(false);
        await output.WriteLineAsync(fingerprint is null
            ? $"-- would make an identity key in {Path.GetFullPath(options.Identity.KeyFile)}, if the store has none. Who applies this SQL makes it before"
                + " (openssl rand -base64 32), and prints the SQL again: the key's fingerprint is a part of it"
            : $"-- identity key {fingerprint} {(plan.StoresFingerprint ? "would belong to this store from then on" : "fits")}").ConfigureAwait(false);
        await output.WriteAsync(plan.Sql).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
