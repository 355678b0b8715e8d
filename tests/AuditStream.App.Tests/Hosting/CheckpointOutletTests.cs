using System.Globalization;
using AuditStream.App.Hosting;

namespace AuditStream.App.Tests.Hosting;

public sealed class CheckpointOutletTests
{
    private readonly List<long> passed = [];
    private readonly List<string> told = [];
    private readonly List<long> left = [];
    private bool isAway;

    [Fact]
    public async Task What_could_not_be_passed_on_comes_later_in_its_order()
    {
        var outlet = Outlet();
        isAway = true;
        outlet.Add(1, "1");
        await outlet.PassAsync(CancellationToken.None);
        outlet.Add(2, "2");
        await outlet.PassAsync(CancellationToken.None);
        told.ShouldBe(["The place is away.", "The place is away."]);
        passed.ShouldBeEmpty();
        isAway = false;
        await outlet.PassAsync(CancellationToken.None);
        passed.ShouldBe([1, 2]);
        outlet.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task As_many_wait_as_there_is_room_for_and_the_oldest_leave_by_name()
    {
        var outlet = Outlet();
        for (var number = 1; number <= CheckpointOutlet.MaxWaiting + 2; number++)
            outlet.Add(number, number.ToString(CultureInfo.InvariantCulture));
        outlet.Waiting.ShouldBe(CheckpointOutlet.MaxWaiting);
        left.ShouldBe([1, 2]);
        await outlet.PassAsync(CancellationToken.None);
        (passed[0], passed[^1], passed.Count).ShouldBe((3, CheckpointOutlet.MaxWaiting + 2, CheckpointOutlet.MaxWaiting));
    }

    private CheckpointOutlet Outlet() => new(
        (number, note, _) =>
        {
            note.ShouldBe(number.ToString(CultureInfo.InvariantCulture));
            if (isAway)
                throw new IOException("The place is away.");
            passed.Add(number);
            return Task.CompletedTask;
        },
        told.Add, left.Add);
}
