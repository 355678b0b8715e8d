using System.Globalization;
using System.Net;
using System.Text;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Schemas;

/// <summary>An HTTP server that answers as it is told, and remembers what it was asked.</summary>
internal sealed class MadeRegistry : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    public MadeRegistry()
    {
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.One()}");
        listener.Prefixes.Add($"{Url}/");
        listener.Start();
        serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Paths with what stood in the header Authorization.</summary>
    public List<string> Asked { get; } = [];

    public (int Status, string Body) Answer { get; set; } = (200, "{\"schema\":\"\\\"int\\\"\"}");

    /// <summary>What comes before <see cref="Answer"/>, one for each question.</summary>
    public Queue<(int Status, string Body)> Answers { get; } = new();

    /// <summary>The bodies of what it was asked.</summary>
    public List<string> Bodies { get; } = [];

    public void Dispose()
    {
        listener.Close();
        serving.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }
            Asked.Add($"{context.Request.Url?.AbsolutePath} {context.Request.Headers["Authorization"]}".TrimEnd());
            using var body = new StreamReader(context.Request.InputStream);
            Bodies.Add(await body.ReadToEndAsync());
            var answer = Answers.TryDequeue(out var next) ? next : Answer;
            context.Response.StatusCode = answer.Status;
            context.Response.KeepAlive = false; // each answer stands alone
            context.Response.Close(Encoding.UTF8.GetBytes(answer.Body), willBlock: true);
        }
    }
}
