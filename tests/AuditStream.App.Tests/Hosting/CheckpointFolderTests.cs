using AuditStream.App.Hosting;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Hosting;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new("checkpoints");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_checkpoint_is_a_file_of_its_number_and_the_same_one_again_is_no_news()
    {
        CheckpointFolder.Keep(folder.At("notes"), 7, "seven\n").ShouldBeFalse();
        CheckpointFolder.Keep(folder.At("notes"), 7, "seven\n").ShouldBeFalse();
        Directory.GetFiles(folder.At("notes")).Select(Path.GetFileName).ShouldBe(["checkpoint-000000000007.note"]);
        File.ReadAllText(folder.At("notes/checkpoint-000000000007.note")).ShouldBe("seven\n");
    }

    [Fact]
    public void Another_checkpoint_of_a_number_is_kept_beside_the_first_which_nobody_writes_over()
    {
        CheckpointFolder.Keep(folder.At("notes"), 7, "seven\n").ShouldBeFalse();
        CheckpointFolder.Keep(folder.At("notes"), 7, "seven, after a backup\n").ShouldBeTrue();
        CheckpointFolder.Keep(folder.At("notes"), 7, "seven, after a backup\n").ShouldBeTrue();
        Directory.GetFiles(folder.At("notes"), "*.note").Select(File.ReadAllText).Order(StringComparer.Ordinal).ShouldBe(["seven\n", "seven, after a backup\n"]);
    }
}
