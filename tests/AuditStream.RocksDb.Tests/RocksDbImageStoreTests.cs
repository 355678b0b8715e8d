using System.Diagnostics;
using System.Globalization;
using AuditStream.Core.Images;
using AuditStream.Testing;

namespace AuditStream.RocksDb.Tests;

/// <summary>What is on the disk after a stop, a kill, damage, a long time, and without room.</summary>
public sealed class RocksDbImageStoreTests
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);

    [RocksDbFact]
    public void Images_and_their_checkpoint_outlive_the_process_that_wrote_them()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        Use(temporary.Path, store =>
        {
            store.Checkpoint.ShouldBeNull();
            StoreUnderTest.Put(store, "[1]", "one", checkpoint: 5);
            StoreUnderTest.Put(store, "[2]", "two", checkpoint: 7);
            StoreUnderTest.Put(store, "[1]", null, checkpoint: null);
        });
        Use(temporary.Path, store =>
        {
            store.Checkpoint.ShouldBe(7);
            StoreUnderTest.All(store).ShouldBe(["[2]=two"]);
            store.Bytes.ShouldBeGreaterThan(0);
        });
    }

    [RocksDbFact]
    public void Each_task_has_a_store_of_its_own()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        using var folder = StoreUnderTest.Take(temporary.Path);
        using var one = folder.Store("images", 1);
        using var two = folder.Store("images", 2);
        one.Open();
        two.Open();
        StoreUnderTest.Put(one, "[1]", "one", checkpoint: 1);
        StoreUnderTest.Get(two, "[1]").ShouldBeNull();
        Directory.Exists(temporary.At("audit", "images", "1")).ShouldBeTrue();
    }

    // Another thread of the process still has the task: it was taken from it, and it has not noticed yet.
    [RocksDbFact]
    public void A_store_that_another_has_open_opens_once_it_is_closed()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        using var folder = StoreUnderTest.Take(temporary.Path);
        var one = folder.Store("images", 1);
        one.Open();
        StoreUnderTest.Put(one, "[1]", "one", checkpoint: 3);
        using var other = folder.Store("images", 1);
        Should.Throw<ImageStoreException>(other.Open).Message.ShouldContain("lock");
        one.Dispose();
        other.Open();
        other.Checkpoint.ShouldBe(3);
        StoreUnderTest.Get(other, "[1]").ShouldBe("one");
    }

    [RocksDbFact]
    public async Task A_kill_between_two_batches_leaves_images_and_checkpoint_of_the_same_batch()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        long before = 0;
        for (var kill = 0; kill < 3; kill++)
        {
            var told = await KillWhileWriting(temporary.Path, before + 200);
            Use(temporary.Path, store =>
            {
                before = store.Checkpoint.GetValueOrDefault();
                before.ShouldBeGreaterThanOrEqualTo(told);
                var all = before.ToString(CultureInfo.InvariantCulture);
                for (var row = 0; row < BatchWriter.Rows; row++)
                    StoreUnderTest.Get(store, $"[{row}]").ShouldBe(all);
                StoreUnderTest.Get(store, "[odd]").ShouldBe(before % 2 == 1 ? all : null);
            });
        }
    }

    [RocksDbFact]
    public void Damaged_files_are_removed_and_the_changelog_is_read_from_its_beginning()
    {
        foreach (var pattern in (string[])["MANIFEST-*", "CURRENT", "*.sst"])
        {
            using var temporary = new TemporaryFolder("rocksdb");
            Use(temporary.Path, store => Fill(store, 3_000));
            foreach (var file in Directory.GetFiles(temporary.At("audit", "images", "0"), pattern))
                File.WriteAllText(file, "not what RocksDB wrote");
            Use(temporary.Path, store =>
            {
                store.Checkpoint.ShouldBeNull(pattern);
                StoreUnderTest.All(store).ShouldBeEmpty();
                StoreUnderTest.Put(store, "[1]", "one", checkpoint: 1);
                StoreUnderTest.Get(store, "[1]").ShouldBe("one");
            });
        }
    }

    [RocksDbFact]
    public void A_file_that_is_missing_counts_as_damage()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        Use(temporary.Path, store => Fill(store, 3_000));
        Directory.GetFiles(temporary.At("audit", "images", "0"), "*.sst").ToList().ForEach(File.Delete);
        Use(temporary.Path, store => store.Checkpoint.ShouldBeNull());
    }

    // What a crash of the machine leaves: the end of the log is not there.
    [RocksDbFact]
    public void A_log_without_its_end_is_an_earlier_state_with_its_checkpoint()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        Use(temporary.Path, store =>
        {
            for (var batch = 1; batch <= 50; batch++)
                store.Write(BatchWriter.Batch(batch), batch);
        });
        var log = Directory.GetFiles(temporary.At("audit", "images", "0"), "*.log").MaxBy(file => new FileInfo(file).Length)!; // it has written one
        using (var file = File.OpenWrite(log))
            file.SetLength(file.Length / 2);
        Use(temporary.Path, store =>
        {
            var checkpoint = store.Checkpoint.GetValueOrDefault();
            checkpoint.ShouldBeInRange(1, 49);
            StoreUnderTest.Get(store, "[3]").ShouldBe(checkpoint.ToString(CultureInfo.InvariantCulture));
        });
    }

    // A row that was removed in between may be gone from the changelog, and its old image would stay for ever.
    [RocksDbFact]
    public void A_state_older_than_the_changelog_keeps_removals_is_not_read_on_from()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        var time = new SetTime();
        Use(temporary.Path, store => StoreUnderTest.Put(store, "[1]", "one", checkpoint: 4), time);
        time.Now += TimeSpan.FromHours(11);
        Use(temporary.Path, store =>
        {
            store.Checkpoint.ShouldBe(4);
            // Read on, but not to the end: it is as old as before.
            StoreUnderTest.Put(store, "[2]", "two", checkpoint: 5);
        }, time);
        time.Now += TimeSpan.FromHours(2);
        Use(temporary.Path, store =>
        {
            store.Checkpoint.ShouldBeNull();
            StoreUnderTest.Put(store, "[1]", "one", checkpoint: 6);
            store.Restored();
            time.Now += TimeSpan.FromDays(3);
        }, time);
        time.Now += TimeSpan.FromHours(11);
        Use(temporary.Path, store => store.Checkpoint.ShouldBe(6), time);
    }

    [RocksDbFact]
    public void Files_of_another_format_are_removed()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        Use(temporary.Path, store =>
        {
            StoreUnderTest.Put(store, "[1]", "one", checkpoint: 4);
            var mark = new StoreMark(4, 0).ToBytes();
            mark[0]++;
            ((RocksDbImageStore)store).WriteMark(mark);
        });
        Use(temporary.Path, store => StoreUnderTest.All(store).ShouldBeEmpty());
    }

    [RocksDbFact]
    public void A_state_that_is_cleared_begins_anew()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        Use(temporary.Path, store =>
        {
            StoreUnderTest.Put(store, "[1]", "one", checkpoint: 4);
            store.Clear();
            store.Checkpoint.ShouldBeNull();
            StoreUnderTest.Get(store, "[1]").ShouldBeNull();
            StoreUnderTest.Put(store, "[2]", "two", checkpoint: 1);
        });
        Use(temporary.Path, store => StoreUnderTest.All(store).ShouldBe(["[2]=two"]));
    }

    [SmallDiskFact]
    public void A_full_disk_loses_nothing_and_is_gone_on_with_when_there_is_room()
    {
        using var temporary = new TemporaryFolder("rocksdb");
        using var disk = new SmallDisk(temporary.At("disk"));
        Use(disk.Path, store =>
        {
            store.Write(BatchWriter.Batch(1), 1);
            disk.Fill();
            long taken = 1;
            var why = Should.Throw<ImageStoreException>(() =>
            {
                for (; taken < 100_000; taken++)
                    store.Write(BatchWriter.Batch(taken + 1), taken + 1);
            });
            why.Message.ShouldContain("No space left on device");
            disk.Free();
            store.Open();
            store.Checkpoint.ShouldBe(taken);
            StoreUnderTest.Get(store, "[9]").ShouldBe(taken.ToString(CultureInfo.InvariantCulture));
            store.Write(BatchWriter.Batch(taken + 1), taken + 1);
            store.Checkpoint.ShouldBe(taken + 1);
        });
    }

    private static void Use(string path, Action<IRowImageStore> action, TimeProvider? time = null)
    {
        using var folder = StoreUnderTest.Take(path, time);
        using var store = folder.Store("images", 0);
        store.Open();
        action(store);
    }

    private static void Fill(IRowImageStore store, int batches)
    {
        for (var batch = 1; batch <= batches; batch++)
            StoreUnderTest.Put(store, $"[{batch}]", new string('x', 500), batch);
    }

    // Returns the last batch that the process said it had written.
    private static async Task<long> KillWhileWriting(string path, long until)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { "exec", typeof(BatchWriter).Assembly.Location, path } };
        await using var writer = RunningProcess.Start("batch-writer", start);
        await writer.HoldsAsync("batches", limit, () => Task.FromResult(Last(writer) >= until));
        writer.Send(PosixSignal.Kill);
        await writer.EndAsync(limit);
        return Last(writer);
    }

    private static long Last(RunningProcess writer) =>
        writer.Output.Lines().Select(line => long.TryParse(line, CultureInfo.InvariantCulture, out var batch) ? batch : 0).DefaultIfEmpty().Max();
}
