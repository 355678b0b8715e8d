using AuditStream.App.Explain;
using AuditStream.Core.Flow;

namespace AuditStream.App.Tests.Explain;

public sealed class OutcomeTextTests
{
    [Fact]
    public void Every_skip_says_what_the_record_is()
    {
        foreach (var reason in Enum.GetValues<SkipReason>().Where(reason => reason != SkipReason.None))
            OutcomeText.Sentence(reason).ShouldNotBeNull(WireName.Of(reason));
        OutcomeText.Sentence(SkipReason.None).ShouldBeNull();
    }

    [Fact]
    public void Every_outcome_has_a_kind_and_its_reason()
    {
        OutcomeText.Kind(Outcome.Emitted(1)).ShouldBe("event");
        OutcomeText.Reason(Outcome.Emitted(1)).ShouldBeNull();
        OutcomeText.Kind(Outcome.Skipped(SkipReason.TransactionBegin)).ShouldBe("skip");
        OutcomeText.Reason(Outcome.Skipped(SkipReason.TransactionBegin)).ShouldBe("transaction-begin");
        var rejected = Outcome.Rejected(new Rejection(RejectionCode.TooDeep, "", -1));
        (OutcomeText.Kind(rejected), OutcomeText.Reason(rejected)).ShouldBe(("reject", "too-deep"));
    }
}
