using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>Two goroutines send one message to and fro over two bounded channels, capacity 1: the BCL's, or the side's own.</summary>
internal sealed class PingPong(bool isOwnWay) : Workload
{
    public override string Name => "PingPong";

    public override string Variant => isOwnWay ? "Chan" : "";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ns/round", new RatioGoal(isOwnWay ? 4 : 2))];

    public override string DescribeSize(Scale scale) =>
        scale == Scale.Quick ? "200,000 rounds" : "1,000,000 rounds";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int roundCount = scale == Scale.Quick ? 200_000 : 1_000_000;
        return
        [
            Sampler.NanosecondsEach(
                scale, roundCount, () => Play<TSide>(roundCount / 20), () => Play<TSide>(roundCount)),
        ];
    }

    private void Play<TSide>(int roundCount)
        where TSide : struct, ISide
    {
        Channel<int> there = CreateChannel<TSide, int>(isOwnWay, capacity: 1);
        Channel<int> back = CreateChannel<TSide, int>(isOwnWay, capacity: 1);
        Task<long> pong = TSide.Run(() => Answer(there.Reader, back.Writer, roundCount));
        Task<long> ping = TSide.Run(() => Ask(there.Writer, back.Reader, roundCount));
        long expected = (long)roundCount * (roundCount - 1) / 2;
        Check(expected, ping.GetAwaiter().GetResult(), "The sum of the answers");
        Check(expected, pong.GetAwaiter().GetResult(), "The sum of the questions");
    }

    private static async Task<long> Ask(ChannelWriter<int> writer, ChannelReader<int> reader, int roundCount)
    {
        long sum = 0;
        for (int round = 0; round < roundCount; round++)
        {
            await writer.WriteAsync(round);
            sum += await reader.ReadAsync();
        }

        return sum;
    }

    private static async Task<long> Answer(ChannelReader<int> reader, ChannelWriter<int> writer, int roundCount)
    {
        long sum = 0;
        for (int round = 0; round < roundCount; round++)
        {
            int message = await reader.ReadAsync();
            sum += message;
            await writer.WriteAsync(message);
        }

        return sum;
    }
}
