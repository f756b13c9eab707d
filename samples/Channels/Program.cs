// Purpose: Go's channels and select in C#: a pipeline, a loop over several channels, and a scope that none of it outlives.
using System;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines;
using Goroutines.Channels;
using Goroutines.Sync;

await Go.Run(SumSquaresAsync);
await Go.Run(ServeAsync);

// Numbers go through two goroutines; each value is handed from one to the next.
static async Task SumSquaresAsync()
{
    Chan<long> numbers = Chan.CreateUnbuffered<long>();
    Chan<long> squares = Chan.CreateBounded<long>(8);
    long sum = await TaskScope.RunAsync(async scope =>
    {
        _ = scope.Spawn(async token =>
        {
            for (long number = 1; number <= 1_000; number++)
            {
                await numbers.Writer.WriteAsync(number, token);
            }

            numbers.Writer.Complete();
        });
        _ = scope.Spawn(async token =>
        {
            await foreach (long number in numbers.Reader.ReadAllAsync(token))
            {
                await squares.Writer.WriteAsync(number * number, token);
            }

            squares.Writer.Complete();
        });
        long total = 0;
        await foreach (long square in squares.Reader.ReadAllAsync(scope.Token))
        {
            total += square;
        }

        return total;
    });
    Console.WriteLine($"sum of squares: {sum}");
}

// One goroutine takes orders, answers questions how many there were, and ends when nothing comes for a while.
static async Task ServeAsync()
{
    Chan<string> orders = Chan.CreateBounded<string>(16);
    Chan<ChannelWriter<int>> questions = Chan.CreateUnbuffered<ChannelWriter<int>>();
    await TaskScope.RunAsync(async scope =>
    {
        _ = scope.Spawn(async token =>
        {
            for (int i = 0; i < 500; i++)
            {
                await orders.Writer.WriteAsync($"order {i}", token);
            }

            Chan<int> answer = Chan.CreateUnbuffered<int>();
            await questions.Writer.WriteAsync(answer.Writer, token);
            int count = await answer.Reader.ReadAsync(token);
            Console.WriteLine(count is > 0 and <= 500 ? "asked: some orders so far" : $"asked: {count}");
        });

        var select = new Select();
        ReadCase<string> order = select.Read(orders);
        ReadCase<ChannelWriter<int>> question = select.Read(questions);
        DelayCase idle = select.After(TimeSpan.FromMilliseconds(200));
        int taken = 0;
        while (await select.WaitAsync(scope.Token) is var chosen && chosen != idle)
        {
            if (chosen == order)
            {
                taken++;
            }
            else
            {
                await question.Value.WriteAsync(taken, scope.Token);
            }
        }

        Console.WriteLine($"orders taken: {taken}");
    });
}
