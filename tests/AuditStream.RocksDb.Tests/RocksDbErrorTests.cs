namespace AuditStream.RocksDb.Tests;

/// <summary>What RocksDB says, sorted.</summary>
public sealed class RocksDbErrorTests
{
    [Theory]
    [InlineData("IO error: No space left on device: While appending to file: /d/000004.log: No space left on device", false)]
    [InlineData("IO error: While lock file: /d/LOCK: Resource temporarily unavailable", false)]
    [InlineData("IO error: Permission denied: While open a file for random read: /d/000009.sst: Permission denied", false)]
    [InlineData("IO error: No such file or directory: While open a file for random read: /d/000009.sst: No such file or directory", true)]
    [InlineData("Corruption: block checksum mismatch: stored = 1, computed = 2", true)]
    [InlineData("Invalid argument: unknown table magic number", true)]
    [InlineData("Not implemented: something of a later version", true)]
    public void Damage_is_told_from_what_passes(string text, bool isDamage) => RocksDbError.Of(text).IsDamage.ShouldBe(isDamage);

    [Fact]
    public void Only_words_about_files_are_passed_on()
    {
        RocksDbError.Of("IO error: No space left on device").Text.ShouldBe("IO error: No space left on device");
        RocksDbError.Of("Corruption: key 'secret' is out of order").Text.ShouldBe("Corruption: what is stored cannot be read");
    }
}
