#pragma warning disable CA2012 // What a ValueTask is before it is awaited is what is tested here.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Channels;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Channels;

// Goal: each operation does at one moment what a plain list of values and two lists of waiters say it does. Method: one thread makes
// random operations on two channels (reads, writes, with and without waiting, cancellations, selects, closing) and makes the same ones on
// a model of ten lines each. After every step each operation that has begun is over in both or in neither, with the same result.
// Which case a select takes is drawn at random; the model follows the choice if it is one that could be made.
[TestClass]
public sealed class ChanModelTests : SchedulerTest
{
    private const int RunCount = 600;
    private const int StepCount = 60;

    [TestMethod, Timeout(LimitMs)]
    public void Operations_RandomOnOneThread_DoWhatTheModelDoes()
    {
        Random seeds = CreateRandom();
        for (int run = 0; run < RunCount; run++)
        {
            int seed = seeds.Next();
            var game = new Game(new Random(seed));
            for (int step = 0; step < StepCount; step++)
            {
                game.Step();
                Assert.IsNull(game.Difference, $"Run with seed {seed}, step {step}: {game.Difference}\n{game.Log}");
            }
        }
    }

    /// <summary>One operation that has begun, in the product and in the model.</summary>
    private sealed class Pending
    {
        public required string Name { get; init; }

        public required Task Task { get; init; }

        public CancellationTokenSource? Source { get; init; }

        /// <summary>Gets or sets the model's outcome: null while it waits.</summary>
        public string? Expected { get; set; }

        /// <summary>Gets or sets the cases of a select: the channel, whether it reads, and the value it writes.</summary>
        public List<(int Chan, bool IsRead, int Value)> Cases { get; set; } = [];

        public async Task<string> DescribeAsync(Func<Task, string> result)
        {
            try
            {
                await Task;
                return result(Task);
            }
            catch (OperationCanceledException)
            {
                return "canceled";
            }
            catch (ChannelClosedException)
            {
                return "closed";
            }
        }
    }

    /// <summary>A channel as a list of values and a list of who waits on each side.</summary>
    private sealed class ModelChan(int capacity)
    {
        public Queue<int> Values { get; } = new();

        public List<(Pending Who, int Case)> Readers { get; } = [];

        public List<(Pending Who, int Case, int Value)> Writers { get; } = [];

        public bool IsClosed { get; set; }

        public bool CanRead => Values.Count > 0 || Writers.Count > 0;

        public bool CanWrite => !IsClosed && (Values.Count < capacity || Readers.Count > 0);
    }

    private sealed class Game
    {
        private readonly Random _random;
        private readonly Chan<int>[] _chans;
        private readonly ModelChan[] _models;
        private readonly List<Pending> _pending = [];
        private readonly List<string> _log = [];
        private int _nextValue;

        public Game(Random random)
        {
            _random = random;
            int[] capacities = [random.Next(3), random.Next(3)];
            _chans = [.. capacities.Select(capacity => capacity == 0 ? Chan.CreateUnbuffered<int>() : Chan.CreateBounded<int>(capacity))];
            _models = [.. capacities.Select(capacity => new ModelChan(capacity))];
            _log.Add($"capacities {capacities[0]}, {capacities[1]}");
        }

        public string Log => string.Join('\n', _log);

        public string? Difference { get; private set; }

        public void Step()
        {
            int number = _random.Next(2);
            switch (_random.Next(20))
            {
                case < 4:
                    Read(number);
                    break;
                case < 8:
                    Write(number);
                    break;
                case < 10:
                    TryRead(number);
                    break;
                case < 12:
                    TryWrite(number);
                    break;
                case < 17:
                    Choose();
                    break;
                case < 19:
                    Cancel();
                    break;
                default:
                    Close(number);
                    break;
            }

            Compare();
        }

        private void Read(int number)
        {
            var source = new CancellationTokenSource();
            Task<int> task = _chans[number].Reader.ReadAsync(source.Token).AsTask();
            var read = new Pending { Name = $"read {number}", Task = task, Source = source };
            Begin(read);
            if (_models[number].CanRead)
            {
                read.Expected = $"{TakeFromModel(number)}";
            }
            else if (_models[number].IsClosed)
            {
                read.Expected = "closed";
            }
            else
            {
                _models[number].Readers.Add((read, -1));
            }
        }

        private void Write(int number)
        {
            int value = _nextValue++;
            var source = new CancellationTokenSource();
            Task task = _chans[number].Writer.WriteAsync(value, source.Token).AsTask();
            var write = new Pending { Name = $"write {value} to {number}", Task = task, Source = source };
            Begin(write);
            if (_models[number].CanWrite)
            {
                GiveToModel(number, value);
                write.Expected = "done";
            }
            else if (_models[number].IsClosed)
            {
                write.Expected = "closed";
            }
            else
            {
                _models[number].Writers.Add((write, -1, value));
            }
        }

        private void TryRead(int number)
        {
            bool isRead = _chans[number].Reader.TryRead(out int value);
            _log.Add($"try to read {number}: {isRead} {value}");
            bool isExpected = _models[number].CanRead;
            if (isRead != isExpected || (isRead && TakeFromModel(number) != value))
            {
                Difference = "another value, or none";
            }
        }

        private void TryWrite(int number)
        {
            int value = _nextValue++;
            bool isWritten = _chans[number].Writer.TryWrite(value);
            _log.Add($"try to write {value} to {number}: {isWritten}");
            if (isWritten != _models[number].CanWrite)
            {
                Difference = "room where there is none, or none where there is";
            }
            else if (isWritten)
            {
                GiveToModel(number, value);
            }
        }

        private void Choose()
        {
            var select = new Select();
            var cases = new List<(int Chan, bool IsRead, int Value)>();
            var made = new List<SelectCase>();
            for (int i = _random.Next(1, 4); i > 0; i--)
            {
                int number = _random.Next(2);
                bool isRead = _random.Next(2) == 0;
                int value = isRead ? 0 : _nextValue++;
                cases.Add((number, isRead, value));
                made.Add(isRead ? select.Read(_chans[number]) : select.Write(_chans[number], value));
            }

            bool waits = _random.Next(3) > 0;
            string name = $"select {string.Join(", ", cases.Select(c => c.IsRead ? $"read {c.Chan}" : $"write {c.Value} to {c.Chan}"))}";
            var source = new CancellationTokenSource();
            var pending = new Pending
            {
                Name = name,
                Task = waits ? ChooseAsync() : Task.FromResult(Try()),
                Source = source,
                Cases = cases,
            };
            Begin(pending);
            bool isReady = cases.Any(IsReady);
            if (isReady)
            {
                Follow(pending);
            }
            else if (!waits)
            {
                pending.Expected = "none";
            }
            else
            {
                Enlist(pending);
            }

            string Describe(SelectCase chosen)
            {
                string result = chosen is not ReadCase<int> read ? "done" : read.TryGetValue(out int value) ? $"{value}" : "closed";
                return $"{made.IndexOf(chosen)}:{result}";
            }

            async Task<string> ChooseAsync() => Describe(await select.WaitAsync(source.Token));
            string Try()
            {
                try
                {
                    return select.TryChoose(out SelectCase? chosen) ? Describe(chosen) : "none";
                }
                catch (ChannelClosedException)
                {
                    return "closed";
                }
            }
        }

        private bool IsReady((int Chan, bool IsRead, int Value) c) =>
            _models[c.Chan].IsClosed || (c.IsRead ? _models[c.Chan].CanRead : _models[c.Chan].CanWrite);

        // The product has drawn one: the model does the same if it can.
        private void Follow(Pending select)
        {
            if (!select.Task.IsCompleted)
            {
                Difference = $"{select.Name} waits although a case is ready";
                return;
            }

            string said = Describe(select);
            if (said == "closed")
            {
                select.Expected = select.Cases.Any(c => !c.IsRead && _models[c.Chan].IsClosed) ? "closed" : "not closed";
                return;
            }

            if (said == "none")
            {
                select.Expected = "some case";
                return;
            }

            (int chan, bool isRead, int value) = select.Cases[said[0] - '0'];
            ModelChan model = _models[chan];
            if (isRead && model.CanRead)
            {
                select.Expected = $"{said[0]}:{TakeFromModel(chan)}";
            }
            else if (isRead)
            {
                select.Expected = model.IsClosed ? $"{said[0]}:closed" : "another case";
            }
            else if (model.CanWrite)
            {
                GiveToModel(chan, value);
                select.Expected = $"{said[0]}:done";
            }
            else
            {
                select.Expected = "another case";
            }
        }

        private void Enlist(Pending select)
        {
            // Cases of one channel stand in its queue in the order in which they were tried; which that was shows when one is done.
            for (int i = 0; i < select.Cases.Count; i++)
            {
                (int chan, bool isRead, int value) = select.Cases[i];
                if (isRead)
                {
                    _models[chan].Readers.Add((select, i));
                }
                else
                {
                    _models[chan].Writers.Add((select, i, value));
                }
            }
        }

        private void Cancel()
        {
            Pending[] waiting = [.. _pending.Where(operation => operation is { Expected: null, Source: not null })];
            if (waiting.Length > 0)
            {
                Pending canceled = waiting[_random.Next(waiting.Length)];
                _log.Add($"cancel {canceled.Name}");
                canceled.Source!.Cancel();
                Finish(canceled, "canceled");
            }
        }

        private void Close(int number)
        {
            bool isClosed = _chans[number].Writer.TryComplete();
            _log.Add($"close {number}: {isClosed}");
            if (isClosed == _models[number].IsClosed)
            {
                Difference = "closed twice, or not at all";
            }

            _models[number].IsClosed = true;
            while (_models[number].Readers is [var (reader, index), ..])
            {
                Finish(reader, index < 0 ? "closed" : $"{IndexOf(reader, index)}:closed");
            }

            while (_models[number].Writers is [var (writer, _, _), ..])
            {
                Finish(writer, "closed");
            }
        }

        private int TakeFromModel(int number)
        {
            ModelChan model = _models[number];
            if (model.Values.Count > 0)
            {
                int oldest = model.Values.Dequeue();
                if (model.Writers is [var (next, index, _), ..])
                {
                    model.Values.Enqueue(FinishWriter(next, index, number));
                }

                return oldest;
            }

            (Pending writer, int which, _) = model.Writers[0];
            return FinishWriter(writer, which, number);
        }

        // A select may have several writing cases for one channel; the one that was done is taken from what the product says.
        private int FinishWriter(Pending writer, int index, int number)
        {
            if (index < 0)
            {
                int value = _models[number].Writers[0].Value;
                Finish(writer, "done");
                return value;
            }

            int done = IndexOf(writer, index);
            Finish(writer, $"{done}:done");
            return writer.Cases[done].Value;
        }

        private void GiveToModel(int number, int value)
        {
            ModelChan model = _models[number];
            if (model.Readers is [var (reader, index), ..])
            {
                Finish(reader, index < 0 ? $"{value}" : $"{IndexOf(reader, index)}:{value}");
            }
            else
            {
                model.Values.Enqueue(value);
            }
        }

        // Of the cases that are alike but for their place, the one the product says, else the first.
        private static int IndexOf(Pending select, int index)
        {
            Patience.Until(() => select.Task.IsCompleted);
            string said = Describe(select);
            int claimed = said.Length > 1 && said[1] == ':' ? said[0] - '0' : index;
            bool isAlike = select.Cases[claimed].Chan == select.Cases[index].Chan
                && select.Cases[claimed].IsRead == select.Cases[index].IsRead;
            return isAlike ? claimed : index;
        }

        private void Finish(Pending operation, string expected)
        {
            operation.Expected = expected;
            foreach (ModelChan model in _models)
            {
                model.Readers.RemoveAll(reader => reader.Who == operation);
                model.Writers.RemoveAll(writer => writer.Who == operation);
            }
        }

        private void Begin(Pending operation)
        {
            _log.Add(operation.Name);
            _pending.Add(operation);
        }

        private void Compare()
        {
            for (int i = _pending.Count - 1; i >= 0 && Difference is null; i--)
            {
                Pending operation = _pending[i];
                if (operation.Expected is not null)
                {
                    // What has ended in the product is queued on the ThreadPool for the task; it comes.
                    Patience.Until(() => operation.Task.IsCompleted);
                    string actual = Describe(operation);
                    Difference = actual == operation.Expected ? null : $"{operation.Name}: {actual}, but should be {operation.Expected}";
                    operation.Source?.Dispose();
                    _pending.RemoveAt(i);
                }
                else if (operation.Task.IsCompleted)
                {
                    Difference = $"{operation.Name} is over, but should wait";
                }
            }

            for (int number = 0; number < 2; number++)
            {
                Difference ??= _chans[number].Reader.Count == _models[number].Values.Count ? null : $"the count of {number}";
            }
        }

        private static string Describe(Pending operation) => operation
            .DescribeAsync(static task => task switch
            {
                Task<int> number => $"{number.Result}",
                Task<string> text => text.Result,
                _ => "done",
            }).GetAwaiter().GetResult();
    }
}
