using AuditStream.App.Configuration;
using AuditStream.App.Identity;

namespace AuditStream.App.Tests.Identity;

public sealed class IdentityKeyStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("auditstream-test-").FullName;

    private IdentityOptions Options => new() { KeyFile = Path.Combine(folder, "identity.key") };

    [Fact]
    public void A_made_key_is_read_back_and_only_its_owner_may_read_it()
    {
        IdentityKeyStore.Exists(Options).ShouldBeFalse();
        var path = IdentityKeyStore.Create(Options);
        IdentityKeyStore.Exists(Options).ShouldBeTrue();
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        IdentityKeyStore.Load(Options).Fingerprint.ShouldBe(IdentityKeyStore.Load(new() { Key = File.ReadAllText(path).Trim() }).Fingerprint);
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        var path = IdentityKeyStore.Create(Options);
        var before = File.ReadAllText(path);
        Should.Throw<ConfigurationException>(() => IdentityKeyStore.Create(Options));
        File.ReadAllText(path).ShouldBe(before);
    }

    [Fact]
    public void A_missing_file_says_what_makes_it() => Message(Options).ShouldEndWith("does not exist; 'auditstream migrate' makes it for a new store");

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    public void A_file_that_holds_no_key_is_refused(string text)
    {
        File.WriteAllText(Options.KeyFile, text);
        Message(Options).ShouldEndWith("does not hold base64 of 32 bytes or more");
    }

    [Fact]
    public void A_large_file_is_refused_unread()
    {
        File.WriteAllText(Options.KeyFile, new string('A', 5_000));
        Message(Options).ShouldEndWith("has more than 4096 bytes and is no key file");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Message(IdentityOptions options) =>
        Should.Throw<ConfigurationException>(() => IdentityKeyStore.Load(options)).Problems.ShouldHaveSingleItem().Message;
}
