using AuditStream.Core.Chain;
using AuditStream.Postgres.Verify;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Verify;

[Collection(PostgresServer.Collection)]
public sealed class ProverTests(DrillDatabase drill) : IClassFixture<DrillDatabase>
{
    [PostgresFact]
    public async Task Every_event_has_a_proof_that_holds_by_itself()
    {
        await drill.RestoreAsync();
        await using var prover = new Prover(drill.Reader);
        foreach (var number in new[] { 0, 1, 19, 65, 239 })
        {
            var (bundle, problem) = await prover.ProveAsync(ChainEvents.Row(number, 1).EventId, archives: null, CancellationToken.None);
            problem.ShouldBeNull();
            var read = ProofBundle.Parse(bundle.ShouldNotBeNull().ToJson()).ShouldNotBeNull();
            read.Problem().ShouldBeNull();
            read.Body.ShouldBe(ChainEvents.Row(number, 1).Body.ToArray());
            read.PublicKey.ShouldBe(drill.Signer.PublicKey);
        }
    }

    [PythonFact]
    public async Task Another_program_checks_a_bundle_by_what_the_page_says()
    {
        await drill.RestoreAsync();
        await using var prover = new Prover(drill.Reader);
        var bundle = (await prover.ProveAsync(ChainEvents.Row(65).EventId, archives: null, CancellationToken.None)).Bundle.ShouldNotBeNull();
        (await CheckAsync(bundle)).ShouldBe($"proven: {bundle.EventId} key {bundle.Fingerprint}");
        (await CheckAsync(bundle with { Body = [.. bundle.Body, (byte)' '] })).ShouldBe("not proven: the body is not in the block");
        (await CheckAsync(bundle with { Checkpoint = bundle.Checkpoint.Replace("drill", "drall", StringComparison.Ordinal) })).ShouldBe("not proven: the signature is wrong");
        (await CheckAsync(bundle with { Blocks = [.. bundle.Blocks.SkipLast(1)] })).ShouldBe("not proven: the checkpoint does not name the block");
    }

    private static async Task<string> CheckAsync(ProofBundle bundle)
    {
        using var folder = new TemporaryFolder("bundle");
        var file = folder.At("bundle.json");
        await File.WriteAllTextAsync(file, bundle.ToJson());
        var start = new System.Diagnostics.ProcessStartInfo("python3",
            [Path.Combine(RepositoryFolder.Root, "tests/AuditStream.Postgres.Tests/Verify/check_bundle.py"), file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start).ShouldNotBeNull();
        var output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim();
    }

    [PostgresFact]
    public async Task A_changed_bundle_proves_nothing()
    {
        await drill.RestoreAsync();
        await using var prover = new Prover(drill.Reader);
        var bundle = (await prover.ProveAsync(ChainEvents.Row(65).EventId, archives: null, CancellationToken.None)).Bundle.ShouldNotBeNull();
        (bundle with { Body = [.. bundle.Body, (byte)' '] }).Problem().ShouldBe("The body and its path do not lead to the block's root.");
        (bundle with { EventId = ChainEvents.Row(66).EventId }).Problem().ShouldBe("The body is not an event of this id.");
        (bundle with { LeafIndex = bundle.LeafIndex + 1 }).Problem().ShouldBe("The body and its path do not lead to the block's root.");
        (bundle with { Path = [.. bundle.Path.Skip(1)] }).Problem().ShouldBe("The body and its path do not lead to the block's root.");
        (bundle with { Blocks = [bundle.Blocks[0], .. bundle.Blocks.Skip(2)] }).Problem().ShouldBe("Block 6 does not follow the block before it.");
        (bundle with { Blocks = [.. bundle.Blocks.SkipLast(1)] }).Problem().ShouldBe("The checkpoint does not name the last block.");
        var other = new TestSigner();
        (bundle with { PublicKey = other.PublicKey, Fingerprint = SignedNote.Fingerprint(other.PublicKey) }).Problem()
            .ShouldBe("The checkpoint is not signed by the public key.");
    }

    [PostgresFact]
    public async Task What_cannot_be_proven_says_why()
    {
        await drill.TamperAsync("UPDATE audit.event SET body = (body::text || ' ')::json WHERE shard = 0 AND stream_offset = 65");
        await using var prover = new Prover(drill.Reader);
        (await prover.ProveAsync(Guid.Empty, archives: null, CancellationToken.None)).Problem.ShouldBe("There is no such event.");
        (await prover.ProveAsync(ChainEvents.Row(65).EventId, archives: null, CancellationToken.None)).Problem.ShouldNotBeNull().ShouldStartWith("The store does not prove the event");
        await drill.TamperAsync("DELETE FROM audit.checkpoint");
        (await prover.ProveAsync(ChainEvents.Row(66).EventId, archives: null, CancellationToken.None)).Problem.ShouldBe("No checkpoint covers the event's block yet.");
    }

    [PostgresFact]
    public async Task Checkpoints_are_made_when_there_is_something_new()
    {
        await drill.RestoreAsync();
        (await drill.CheckpointAsync()).ShouldBeFalse();
        await using (var store = new TestStore(drill.Writer))
            _ = await store.Store.WriteAsync(Rows.Batch(ChainEvents.Row(9_000)), CancellationToken.None);
        (await drill.CheckpointAsync()).ShouldBeTrue();
        (await drill.AskAsync<string>("SELECT string_agg(number::text, ',' ORDER BY number) FROM audit.checkpoint")).ShouldBe("1,2");
        (await drill.VerifyAsync(knowsCheckpoints: true)).Damages.ShouldBeEmpty();
    }
}
