using AuditStream.Testing;

namespace AuditStream.RocksDb.Tests;

/// <summary>A folder has one process.</summary>
public sealed class ImageFolderTests
{
    [RocksDbFact]
    public void A_folder_that_is_taken_is_refused_with_what_to_do()
    {
        using var temporary = new TemporaryFolder("images");
        using (StoreUnderTest.Take(temporary.Path))
        {
            Should.Throw<ImageFolderException>(() => StoreUnderTest.Take(temporary.Path))
                .Message.ShouldBe($"is {temporary.Path}, and another process keeps the row images of audit there: give each instance a folder of its own");
        }
        StoreUnderTest.Take(temporary.Path).Dispose();
    }

    [RocksDbFact]
    public void A_folder_that_cannot_be_made_is_refused()
    {
        using var temporary = new TemporaryFolder("images");
        File.WriteAllText(temporary.At("file"), "");
        Should.Throw<ImageFolderException>(() => StoreUnderTest.Take(temporary.At("file"))).Message.ShouldContain("no folder can be made");
    }
}
