using AuditStream.Core.Identity;

namespace AuditStream.Core.Tests.Identity;

public sealed class IdentityKeyTests
{
    [Fact]
    public void Fingerprint_is_the_beginning_of_a_keyed_hash_over_a_label()
        => MadeKey.Key.Fingerprint.ShouldBe("8988165f5778e921"); // Python: hmac.new(bytes(range(32)), b"auditstream identity key", sha256)

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(1_025)]
    public void A_key_that_is_too_short_or_too_long_is_refused(int bytes)
        => Should.Throw<ArgumentException>(() => new IdentityKey(new byte[bytes])).Message.ShouldContain($"{bytes}");

    [Fact]
    public void The_text_of_a_key_does_not_tell_the_key()
        => MadeKey.Key.ToString().ShouldBe("identity key 8988165f5778e921");

    [Fact]
    public void Later_writes_to_the_given_bytes_do_not_change_the_key()
    {
        var bytes = new byte[32];
        var key = new IdentityKey(bytes);
        bytes[0] = 1;
        key.CreateHmac().GetHashAndReset().ShouldBe(new IdentityKey(new byte[32]).CreateHmac().GetHashAndReset());
    }
}
