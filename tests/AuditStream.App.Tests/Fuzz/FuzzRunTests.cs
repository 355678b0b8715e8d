using System.Text;
using AuditStream.Fuzz;

namespace AuditStream.App.Tests.Fuzz;

/// <summary>The short form of <c>./dev fuzz</c>: the repository's own records, fixed seeds, a fixed number of mutations.</summary>
public sealed class FuzzRunTests
{
    private const int Records = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(20_260_101)]
    public void Mutated_records_have_one_outcome_and_true_events(int seed)
    {
        var figures = new FuzzRun(Corpus.Read(withShared: false), seed, boundsTime: false).Run(Records, TimeSpan.MaxValue);
        figures.Failures.Select(failure => $"{failure.Property}: {failure.What} (record {failure.Execution})").ShouldBeEmpty();
        figures.Executions.ShouldBe(Records);
        figures.Outcomes.ShouldAllBe(count => count > Records / 100);
    }

    [Fact]
    public void The_same_seed_makes_the_same_records()
    {
        var corpus = Corpus.Read(withShared: false);
        var one = new FuzzRun(corpus, 7, boundsTime: false).Run(500, TimeSpan.MaxValue);
        var other = new FuzzRun(corpus, 7, boundsTime: false).Run(500, TimeSpan.MaxValue);
        one.Signatures.ShouldBeGreaterThan(50);
        other.Signatures.ShouldBe(one.Signatures);
        other.Outcomes.ShouldBe(one.Outcomes);
    }

    [Fact]
    public void Records_that_failed_once_pass()
    {
        var corpus = Corpus.Read(withShared: false);
        foreach (var file in Corpus.KeptFiles)
            FuzzRun.Rerun(corpus, Corpus.RecordsOf(file), boundsTime: false).ShouldBeNull(Path.GetFileName(file));
    }

    [Fact]
    public void Every_form_is_among_the_records_to_begin_with()
    {
        var corpus = Corpus.Read(withShared: false);
        var pipelines = new Pipelines(corpus.Schemas, boundsTime: false);
        var forms = new HashSet<Core.Decode.RecordForm>();
        foreach (var record in corpus.Records)
        {
            pipelines.Check(record).ShouldBeNull();
            pipelines.Last.ShouldNotBeNull().Outcome.Rejection.ShouldBeNull(Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span));
            forms.Add(pipelines.Last.Recognised.Form);
        }

        // Lines of values have no shape: a pin alone tells them, and their dialect's own tests mutate them.
        Enum.GetValues<Core.Decode.RecordForm>().Except(forms).ShouldBe([Core.Decode.RecordForm.DmsCsv]);
    }
}
