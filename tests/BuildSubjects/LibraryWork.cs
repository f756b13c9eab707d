using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Markdig;
using Microsoft.FSharp.Collections;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Goroutines.BuildSubjects;

/// <summary>Work for other people's libraries, so that much of their code runs.</summary>
public static class LibraryWork
{
    public static string JsonTree()
    {
        var root = new JObject();
        for (int i = 0; i < 40; i++)
        {
            root[$"key{i}"] = new JArray(
                Enumerable.Range(0, i).Select(n => new JObject { ["n"] = n * 1.5, ["s"] = $"\u00e9\t\"{n}\"", ["z"] = null }));
        }

        string text = root.ToString(Formatting.Indented);
        JObject read = JObject.Parse(text);
        return $"{text.Length} {JToken.DeepEquals(root, read)} {read.SelectTokens("$..[?(@.n > 50)].s").Count()} {Checksum(text)}";
    }

    public static string JsonTyped()
    {
        Order[] orders = [.. Enumerable.Range(0, 100).Select(id => new Order(
            id,
            new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(id),
            id % 3 == 0 ? null : $"customer {id}",
            Enumerable.Range(0, id % 7).ToDictionary(line => $"line {line}", line => line * 9.99m)))];
        string text = JsonConvert.SerializeObject(orders);
        Order[] read = JsonConvert.DeserializeObject<Order[]>(text)!;
        return $"{Checksum(text)} {read.Sum(order => order.Lines.Values.Sum()).ToString(CultureInfo.InvariantCulture)}";
    }

    public static string JsonReader()
    {
        var text = new StringBuilder("[");
        text.AppendJoin(',', Enumerable.Range(0, 500).Select(i => $"{{\"i\":{i},/* c */\"x\":[{i}.5e3,true,null,'q']}}")).Append(']');
        using var reader = new JsonTextReader(new StringReader(text.ToString()));
        int[] kinds = new int[32];
        double sum = 0;
        while (reader.Read())
        {
            kinds[(int)reader.TokenType]++;
            sum += reader.TokenType == JsonToken.Float ? (double)reader.Value! : 0;
        }

        return $"{string.Join(',', kinds)} {sum}";
    }

    public static string JsonFailure()
    {
        try
        {
            return JToken.Parse("{\"a\": [1, 2, {\"b\": tru}]}").ToString();
        }
        catch (JsonReaderException problem)
        {
            return problem.Message;
        }
    }

    public static string Markdown()
    {
        var text = new StringBuilder();
        for (int i = 1; i <= 30; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{new string('#', (i % 6) + 1)} Title {i}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"*Text*, **strong `code`**, a [link](http://example.org/{i}), <b>b</b>[^{i}].\n\n");
            text.Append("1. one\n   - nested\n     > quoted\n2. two\n\n| a | b |\n|---|:-:|\n| 1 | ~~2~~ |\n\n");
            text.Append("```cs\nint i;\n```\n\n");
            text.Append(CultureInfo.InvariantCulture, $"- [x] done :smile: $x^{i}$ www.example.org\n\n[^{i}]: A note.\n\n");
        }

        MarkdownPipeline pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().UseEmojiAndSmiley().Build();
        string html = Markdig.Markdown.ToHtml(text.ToString(), pipeline);
        string plain = Markdig.Markdown.ToPlainText(text.ToString(), pipeline);
        return $"{html.Length} {Checksum(html)} {plain.Length} {Checksum(plain)}";
    }

    public static string FSharpCollections()
    {
        FSharpList<int> list = ListModule.OfSeq(Enumerable.Range(0, 3_000).Select(i => (i * 7_919) % 3_001));
        FSharpSet<int> set = SetModule.OfSeq(list.Where(i => i % 3 == 0));
        FSharpMap<int, string> map = MapModule.OfSeq(list.Take(500).Select(i => Tuple.Create(i, $"{i}")));
        IEnumerable<int> all = ListModule.Sort(list).Zip(ListModule.Reverse(list), (left, right) => left ^ right);
        int[] sorted = ArrayModule.Sort(all.ToArray());
        return $"{Checksum(string.Join(' ', sorted))} {set.Count} {set.MaximumElement} {Checksum(string.Concat(map.Values))}";
    }

    private static uint Checksum(string text)
    {
        uint hash = 2_166_136_261;
        foreach (char letter in text)
        {
            hash = (hash ^ letter) * 16_777_619;
        }

        return hash;
    }

    private sealed record Order(int Id, DateTime Placed, string? Customer, Dictionary<string, decimal> Lines);
}
