namespace AuditStream.Core.Decode.Values;

/// <summary>The proleptic Gregorian calendar over any year, by days since 1970-01-01.</summary>
/// <remarks>.NET's own types end at years 1 and 9999; sources do not. The year is cut into eras of 400 years (146,097 days) that begin on
/// March 1, so that the leap day comes last.</remarks>
internal static class CivilCalendar
{
    /// <summary>The date of a day.</summary>
    public static (long Year, int Month, int Day) DateOf(long days)
    {
        var shifted = days + 719_468;
        var era = Math.DivRem(shifted, 146_097, out var ofEra);
        if (ofEra < 0)
        {
            ofEra += 146_097;
            era--;
        }

        var yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var dayOfYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var marchMonth = (5 * dayOfYear + 2) / 153;
        var day = (int)(dayOfYear - (153 * marchMonth + 2) / 5 + 1);
        var month = (int)(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
    }

    /// <summary>The day of a date.</summary>
    public static long DayOf(long year, int month, int day)
    {
        var shifted = month <= 2 ? year - 1 : year;
        var era = (shifted >= 0 ? shifted : shifted - 399) / 400;
        var yearOfEra = shifted - era * 400;
        var dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /// <summary>The number of days of a month.</summary>
    public static int DaysOf(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };
}
