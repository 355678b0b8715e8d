using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditStream.Demo.Live;

/// <summary>One line of a frame: pieces of text with their styles. What does not fit is cut.</summary>
internal sealed class FrameLine
{
    private readonly List<Segment> pieces = [];

    /// <summary>Adds a piece.</summary>
    public FrameLine Add(string text, Style? style = null)
    {
        pieces.Add(new Segment(text, style ?? Style.Plain));
        return this;
    }

    /// <summary>Adds a number or a name in a column of its own.</summary>
    public FrameLine Add(string text, int columns, Style? style = null) => Add(columns < 0 ? text.PadRight(-columns) : text.PadLeft(columns), style);

    /// <summary>Adds blanks up to a column, as far as there is room.</summary>
    public FrameLine FillTo(int columns)
    {
        var blanks = columns - Segment.CellCount(pieces);
        if (blanks > 0)
            pieces.Add(Segment.Padding(blanks));
        return this;
    }

    /// <summary>Adds another line's pieces.</summary>
    public FrameLine Add(IEnumerable<Segment> more)
    {
        pieces.AddRange(more);
        return this;
    }

    /// <summary>The pieces, at most so many columns wide; an ellipsis stands where something was cut.</summary>
    public IReadOnlyList<Segment> Fit(int columns)
    {
        if (Segment.CellCount(pieces) <= columns)
            return pieces;
        var (fitting, room) = (new List<Segment>(), columns - 1);
        foreach (var piece in pieces)
        {
            var isWhole = piece.CellCount() <= room;
            if ((isWhole ? piece : Segment.Truncate(piece, room)) is { } part)
                fitting.Add(part);
            room -= piece.CellCount();
            if (!isWhole)
                break;
        }
        fitting.Add(new Segment("\u2026", fitting.Count > 0 ? fitting[^1].Style : Style.Plain));
        return fitting;
    }
}
