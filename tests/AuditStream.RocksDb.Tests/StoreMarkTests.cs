namespace AuditStream.RocksDb.Tests;

/// <summary>The bytes of a store's mark.</summary>
public sealed class StoreMarkTests
{
    [Fact]
    public void A_mark_has_these_bytes_and_is_read_from_them()
    {
        var mark = new StoreMark(258, 1_700_000_000_000);
        Convert.ToHexString(mark.ToBytes()).ShouldBe("0100000000000001020000018BCFE56800");
        StoreMark.Parse(mark.ToBytes()).ShouldBe(mark);
    }

    [Fact]
    public void Another_version_or_length_is_no_mark()
    {
        StoreMark.Parse([]).ShouldBeNull();
        StoreMark.Parse(new StoreMark(1, 2).ToBytes().AsSpan(..16)).ShouldBeNull();
        StoreMark.Parse([2, .. new byte[16]]).ShouldBeNull();
    }
}
