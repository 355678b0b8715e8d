using System.Text.Json;
using AuditStream.App.CommandLine;
using AuditStream.App.Tests.Proofs;
using AuditStream.Testing;

namespace AuditStream.App.Tests.CommandLine;

public sealed class VerifyVerbTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Change = "UPDATE audit.event SET body = replace(body::text, 'row 3', 'row 4')::json WHERE stream_offset = 3";

    [PostgresFact]
    public async Task It_goes_on_where_it_ended_and_all_begins_anew()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(5);
        (await store.VerifyAsync()).ShouldSatisfyAllConditions(
            run => run.Code.ShouldBe(ExitCode.Done, run.Error + run.Output),
            run => run.Output.ShouldContain("5 events in 1 blocks, 0 divergences and dead letters, 0 checkpoints: whole."));
        await store.WriteAsync(3);
        await store.CheckpointAsync();
        (await store.VerifyAsync()).Output.ShouldContain("3 events in 1 blocks, 0 divergences and dead letters, 1 checkpoints: whole.");
        (await store.VerifyAsync()).Output.ShouldContain("0 events in 0 blocks, 0 divergences and dead letters, 0 checkpoints: whole.");
        (await store.VerifyAsync("--all")).Output.ShouldContain("8 events in 2 blocks, 0 divergences and dead letters, 1 checkpoints: whole.");
    }

    [PostgresFact]
    public async Task A_changed_row_is_named_and_ends_with_1()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(5);
        (await store.VerifyAsync()).Code.ShouldBe(ExitCode.Done);
        await store.TamperAsync(Change);
        (await store.VerifyAsync()).Code.ShouldBe(ExitCode.Done, "old rows are not looked at again");
        var run = await store.VerifyAsync("--all");
        run.Code.ShouldBe(ExitCode.FoundWrong);
        run.Output.ShouldContain($"body-changed  shard 0, block 1, event {store.Ids[2]}, offset 3: The body is not the one that was stored.");
        run.Output.ShouldContain("1 things are wrong.");
        var json = JsonSerializer.Deserialize<JsonElement>((await store.VerifyAsync("--all", "--json")).Output);
        json.GetProperty("exit_code").GetInt32().ShouldBe(ExitCode.FoundWrong);
        json.GetProperty("events").GetInt64().ShouldBe(5);
        var damage = json.GetProperty("damages").EnumerateArray().ShouldHaveSingleItem();
        damage.GetProperty("kind").GetString().ShouldBe("body-changed");
        damage.GetProperty("event_id").GetGuid().ShouldBe(store.Ids[2]);
        damage.GetProperty("stream_offset").GetInt64().ShouldBe(3);
    }

    [PostgresFact]
    public async Task A_run_that_finds_something_keeps_the_state_of_before()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(2);
        (await store.VerifyAsync()).Code.ShouldBe(ExitCode.Done);
        var state = await File.ReadAllTextAsync(store.At("state.json"));
        await store.WriteAsync(3);
        await store.TamperAsync(Change);
        (await store.VerifyAsync()).Output.ShouldContain("body-changed  shard 0, block 2");
        (await File.ReadAllTextAsync(store.At("state.json"))).ShouldBe(state);
        (await store.VerifyAsync()).Output.ShouldContain("body-changed  shard 0, block 2", customMessage: "it is found again");
    }

    [PostgresFact]
    public async Task What_was_verified_must_still_be_there()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(2);
        await store.WriteAsync(2);
        (await store.VerifyAsync()).Code.ShouldBe(ExitCode.Done);
        await store.TamperAsync("DELETE FROM audit.event WHERE block = 2; DELETE FROM audit.block WHERE number = 2; "
            + "UPDATE audit.chain_head h SET number = 1, hash = b.hash FROM audit.block b WHERE b.number = 1 AND h.shard = b.shard");
        foreach (var way in new string[][] { [], ["--all"] })
        {
            var run = await store.VerifyAsync(way);
            run.Code.ShouldBe(ExitCode.FoundWrong);
            run.Output.ShouldContain("block-missing  shard 0, block 2: The block was verified before, and is missing");
        }
        await File.WriteAllTextAsync(store.At("state.json"), "{\"Heads\":[{\"Shard\":0,");
        var broken = await store.VerifyAsync();
        broken.Code.ShouldBe(ExitCode.Usage);
        broken.Error.ShouldContain("cannot be read as what verify writes");
    }

    [PostgresFact]
    public async Task Only_blocks_of_a_time_are_read_when_one_is_named()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(5);
        await store.WriteAsync(40); // into April
        await store.TamperAsync(Change);
        (await store.VerifyAsync("--from", "2026-03-10")).Output.ShouldContain("40 events in 1 blocks");
        var run = await store.VerifyAsync("--from", "2026-03-01", "--to", "2026-03-04");
        run.Code.ShouldBe(ExitCode.FoundWrong);
        run.Output.ShouldContain("5 events in 1 blocks");
        File.Exists(store.At("state.json")).ShouldBeFalse("a part says nothing of the whole");
        (await store.VerifyAsync("--from", "yesterday")).Code.ShouldBe(ExitCode.Usage);
    }

    [PostgresFact]
    public async Task One_event_is_verified_with_its_block()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(2);
        await store.WriteAsync(3);
        (await store.VerifyAsync("--row", store.Ids[3].ToString())).Output.ShouldContain("3 events in 1 blocks");
        await store.TamperAsync(Change);
        (await store.VerifyAsync("--row", store.Ids[0].ToString())).Code.ShouldBe(ExitCode.Done, "it is in the other block");
        var run = await store.VerifyAsync("--row", store.Ids[2].ToString(), "--json");
        run.Code.ShouldBe(ExitCode.FoundWrong);
        run.Output.ShouldContain("body-changed");
        var none = await store.VerifyAsync("--row", Guid.Empty.ToString());
        none.Code.ShouldBe(ExitCode.FoundWrong);
        none.Output.ShouldContain("There is no such event.");
    }

    [PostgresFact]
    public async Task Copies_of_checkpoints_and_keys_from_elsewhere_are_compared()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(2);
        await store.CheckpointAsync();
        await store.WriteAsync(1);
        await store.CheckpointAsync();
        var copies = Directory.CreateDirectory(store.At("copies")).FullName;
        for (var number = 0; number < store.Notes.Count; number++)
            await File.WriteAllTextAsync(Path.Combine(copies, $"{number}.note"), store.Notes[number]);
        var whole = await store.VerifyAsync("--all", "--checkpoints", copies, "--key", store.PublicKey());
        whole.Code.ShouldBe(ExitCode.Done, whole.Output + whole.Error);
        whole.Output.ShouldContain("4 checkpoints: whole.");

        await store.TamperAsync("DELETE FROM audit.checkpoint WHERE number = 2");
        (await store.RunAsync("verify", "--state", store.At("other.json"), "--all")).Code.ShouldBe(ExitCode.Done, "nobody knows of it without a copy");
        (await store.VerifyAsync("--all")).Output.ShouldContain("checkpoint-missing  Checkpoint 2 was there before");
        var gone = await store.VerifyAsync("--all", "--checkpoints", copies);
        gone.Code.ShouldBe(ExitCode.FoundWrong);
        gone.Output.ShouldContain("checkpoint-missing  There is a copy of checkpoint 2, and the store has none");

        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(store.At("other.pem"), other.ExportSubjectPublicKeyInfoPem());
        (await store.VerifyAsync("--all", "--key", store.At("other.pem"))).Output.ShouldContain("Checkpoint 1 has no valid signature of a trusted key.");
        var folder = await store.VerifyAsync("--checkpoints", store.At("nowhere"));
        folder.Code.ShouldBe(ExitCode.Usage);
        folder.Error.ShouldContain("which cannot be read");
    }

    [PostgresFact]
    public async Task What_cannot_be_done_says_so()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        (await store.VerifyAsync("--all", "--rederive")).Code.ShouldBe(ExitCode.Usage);
        var away = await CommandLineRun.OfAsync("verify", "--set", "Postgres:ConnectionString=Host=127.0.0.1;Port=1;Username=u;Database=d");
        away.Code.ShouldBe(ExitCode.NotReachable);
        var brokers = await store.VerifyAsync("--checkpoint-topic", "--set", "Kafka:BootstrapServers=127.0.0.1:1");
        brokers.Code.ShouldBe(ExitCode.NotReachable, brokers.Output);
        var topics = await store.VerifyAsync("--rederive");
        topics.Code.ShouldBe(ExitCode.Usage);
        topics.Error.ShouldContain("Raw:Topics");
    }

    [PostgresFact]
    public async Task A_proof_is_checked_without_the_store()
    {
        using var store = await ProvenStore.CreateAsync(postgres);
        await store.WriteAsync(5);
        var early = await store.RunAsync("prove", store.Ids[2].ToString());
        early.Code.ShouldBe(ExitCode.FoundWrong);
        early.Error.ShouldContain("No checkpoint covers the event's block yet.");
        (await store.RunAsync("prove", Guid.Empty.ToString())).Error.ShouldContain("There is no such event.");
        await store.CheckpointAsync();
        var bundle = await store.RunAsync("prove", store.Ids[2].ToString());
        bundle.Code.ShouldBe(ExitCode.Done, bundle.Error);
        await File.WriteAllTextAsync(store.At("proof.json"), bundle.Output);
        var check = await CommandLineRun.OfAsync("verify-bundle", store.At("proof.json"), "--key", store.PublicKey());
        check.Code.ShouldBe(ExitCode.Done, check.Output);
        check.Output.ShouldContain($"Event {store.Ids[2]} was in the store");
        (await CommandLineRun.OfAsync("verify-bundle", store.At("proof.json"))).Output.ShouldContain("compare this fingerprint");

        var other = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(bundle.Output).ShouldNotBeNull();
        other["event_id"] = JsonSerializer.SerializeToElement(store.Ids[3]);
        await File.WriteAllTextAsync(store.At("forged.json"), JsonSerializer.Serialize(other));
        (await CommandLineRun.OfAsync("verify-bundle", store.At("forged.json"))).ShouldSatisfyAllConditions(
            run => run.Code.ShouldBe(ExitCode.FoundWrong), run => run.Output.ShouldContain("The bundle proves nothing"));
        await File.WriteAllTextAsync(store.At("text.json"), "no bundle");
        (await CommandLineRun.OfAsync("verify-bundle", store.At("text.json"))).Code.ShouldBe(ExitCode.FoundWrong);
        (await CommandLineRun.OfAsync("verify-bundle", store.At("nowhere.json"))).Code.ShouldBe(ExitCode.Usage);
        using var strange = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(store.At("strange.pem"), strange.ExportSubjectPublicKeyInfoPem());
        (await CommandLineRun.OfAsync("verify-bundle", store.At("proof.json"), "--key", store.At("strange.pem"))).Output.ShouldContain("which is not the trusted one");
    }
}
