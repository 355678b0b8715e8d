using AuditStream.Core.Decode.Values;

namespace AuditStream.Core.Tests.Decode.Values;

public sealed class CivilCalendarTests
{
    [Fact]
    public void It_agrees_with_the_frameworks_calendar_on_every_day_that_has_one()
    {
        var epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        for (var number = 0; number <= DateOnly.MaxValue.DayNumber; number++)
        {
            var date = DateOnly.FromDayNumber(number);
            var days = number - epoch;
            if (CivilCalendar.DateOf(days) != (date.Year, date.Month, date.Day) || CivilCalendar.DayOf(date.Year, date.Month, date.Day) != days)
                throw new InvalidOperationException($"{date} is day {days}.");
        }

        CivilCalendar.DaysOf(2000, 2).ShouldBe(29);
        CivilCalendar.DaysOf(1900, 2).ShouldBe(28);
    }

    [Theory]
    [InlineData(-784_350_574_879)]
    [InlineData(-719_529)]
    [InlineData(0)]
    [InlineData(106_751_991_167)]
    public void A_day_of_any_year_comes_back(long days)
    {
        var (year, month, day) = CivilCalendar.DateOf(days);
        CivilCalendar.DayOf(year, month, day).ShouldBe(days);
    }
}
