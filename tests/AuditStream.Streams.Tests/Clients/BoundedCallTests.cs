using AuditStream.Streams.Clients;
using AuditStream.Testing;

namespace AuditStream.Streams.Tests.Clients;

/// <summary>A call that does not come back is given up in time, and what it uses is freed when it does.</summary>
public sealed class BoundedCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_call_that_comes_back_is_waited_for_and_its_exception_thrown()
    {
        var call = new BoundedCall();
        var called = false;
        call.Run(() => called = true, Limit);
        called.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => call.Run(() => throw new InvalidOperationException("refused"), Limit)).Message.ShouldBe("refused");
        var freed = false;
        call.Free(() => freed = true);
        freed.ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_stuck_call_uses_is_freed_when_it_is_back_and_not_before()
    {
        var call = new BoundedCall();
        using var back = new ManualResetEventSlim();
        Should.Throw<TimeoutException>(() => call.Run(() => back.Wait(Limit), TimeSpan.FromMilliseconds(20)));
        var freed = false;
        call.Free(() => Volatile.Write(ref freed, true));
        Volatile.Read(ref freed).ShouldBeFalse();
        back.Set();
        await Eventually.HoldsAsync("the client to be freed", Limit, () => Volatile.Read(ref freed));
    }
}
