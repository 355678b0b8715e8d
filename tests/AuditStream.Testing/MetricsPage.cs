using System.Globalization;

namespace AuditStream.Testing;

/// <summary>One reading of <c>/metrics</c>: Prometheus text, taken apart into samples.</summary>
public sealed class MetricsPage
{
    private readonly List<(string Name, string Labels, decimal Value)> _samples = [];

    /// <summary>Takes the text apart.</summary>
    public MetricsPage(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var closing = line.LastIndexOf('}');
            var name = closing < 0 ? line[..line.IndexOf(' ', StringComparison.Ordinal)] : line[..line.IndexOf('{', StringComparison.Ordinal)];
            var labels = closing < 0 ? "" : line[(name.Length + 1)..closing];
            var value = line[(closing < 0 ? name.Length : closing + 1)..].Trim().Split(' ')[0];
            if (decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                _samples.Add((name, labels, number));
        }
    }

    /// <summary>The page as it was served.</summary>
    public string Text { get; }

    /// <summary>Reads the page of a running process.</summary>
    public static async Task<MetricsPage> ReadAsync(int port)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        return new MetricsPage(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")));
    }

    /// <summary>True when a sample of that name is there.</summary>
    public bool Has(string name) => _samples.Exists(sample => sample.Name == name);

    /// <summary>The sum of all samples of that name whose labels contain the given text; 0 when there is none.</summary>
    public decimal Sum(string name, string labels = "") =>
        _samples.Where(sample => sample.Name == name && sample.Labels.Contains(labels, StringComparison.Ordinal)).Sum(sample => sample.Value);
}
