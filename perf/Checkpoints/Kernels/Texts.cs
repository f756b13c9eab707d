using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Goroutines.Checkpoints.Kernels;

/// <summary>Text: a regular expression compiled to C#, two libraries, string building. The libraries are woven, too.</summary>
public static partial class Texts
{
    private static readonly string s_log = CreateLog();
    private static readonly string s_json = CreateJson();
    private static readonly string s_markdown = CreateMarkdown();
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    public static long Regex()
    {
        long sum = 0;
        foreach (Match match in Request().Matches(s_log))
        {
            sum += match.Groups["path"].Length + int.Parse(match.Groups["status"].ValueSpan, CultureInfo.InvariantCulture);
        }

        return sum;
    }

    public static long JsonTree()
    {
        JToken tree = JToken.Parse(s_json);
        return tree.SelectTokens("$[*].lines[*].price").Sum(price => (long)(double)price) + tree.ToString().Length;
    }

    public static long JsonTyped()
    {
        Order[] orders = JsonConvert.DeserializeObject<Order[]>(s_json)!;
        return JsonConvert.SerializeObject(orders).Length;
    }

    public static long JsonReader()
    {
        using var reader = new JsonTextReader(new StringReader(s_json));
        long count = 0;
        while (reader.Read())
        {
            count += (int)reader.TokenType;
        }

        return count;
    }

    public static long Markdown() => Markdig.Markdown.ToHtml(s_markdown, s_pipeline).Length;

    public static long StringBuilding()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 2_000; i++)
        {
            text.Append(i).Append(": ").AppendFormat(CultureInfo.InvariantCulture, "{0:X8}", i * 31).Append(';');
            foreach (char letter in "some letters")
            {
                text.Append(char.ToUpperInvariant(letter));
            }
        }

        return text.Length;
    }

    public static long Escaping()
    {
        char[] buffer = new char[s_log.Length * 2];
        int length = 0;
        foreach (char letter in s_log)
        {
            switch (letter)
            {
                case '"' or '\\':
                    buffer[length++] = '\\';
                    buffer[length++] = letter;
                    break;
                case '\n':
                    buffer[length++] = '\\';
                    buffer[length++] = 'n';
                    break;
                default:
                    buffer[length++] = letter;
                    break;
            }
        }

        return new string(buffer, 0, length).Length;
    }

    [GeneratedRegex(
        """^(?<host>\d+(?:\.\d+){3}) .*?"(?:GET|POST) (?<path>/[^ "]*) HTTP/\d\.\d" (?<status>\d{3})""",
        RegexOptions.Multiline)]
    private static partial Regex Request();

    private static string CreateLog()
    {
        var random = new Random(7);
        var text = new StringBuilder();
        for (int i = 0; i < 500; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"10.0.{random.Next(256)}.{random.Next(256)} - user{i} [time] ");
            text.Append(CultureInfo.InvariantCulture, $"\"GET /path/{random.Next()}/page?q={i} HTTP/1.1\" {random.Next(200, 510)} {i}\n");
        }

        return text.ToString();
    }

    private static string CreateJson() => JsonConvert.SerializeObject(Enumerable.Range(0, 150).Select(id => new Order(
        id,
        $"customer \"{id}\"",
        Enumerable.Range(0, id % 9).Select(line => new Line($"article {line}", line * 1.25, line)).ToList())));

    private static string CreateMarkdown()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 25; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"# Title {i}\n\nSome *text* with `code`, [link](http://example.org/{i}).\n\n");
            text.Append("1. one\n2. two\n   - nested\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n```\ncode\n```\n\n");
        }

        return text.ToString();
    }

    private sealed record Line(string Article, double Price, int Quantity);

    private sealed record Order(int Id, string Customer, List<Line> Lines);
}
