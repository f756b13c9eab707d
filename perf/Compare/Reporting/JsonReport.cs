using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Goroutines.Compare.Reporting;

/// <summary>The results for other programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Create(Results results) => JsonSerializer.Serialize(
        new
        {
            Setting = Format.Setting(results.Options),
            Scale = results.Options.Scale.ToString(),
            Rounds = results.Options.RoundCount,
            Processors = results.Options.ProcessorCount,
            HasFailures = results.HasFailures,
            Rows = results.Rows.Select(CreateRow),
        },
        s_options);

    private static object CreateRow(Row row) => new
    {
        Workload = row.Workload.Name,
        row.Workload.Variant,
        Quantity = row.Quantity.Name,
        row.Quantity.Unit,
        row.Size,
        row.IsScaled,
        Sides = row.Cells,
        row.Ratio,
        Reach = row.Quantity.Goal?.Text,
        Met = row.IsGoalMet,
    };
}
