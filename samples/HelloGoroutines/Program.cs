using System;
using System.Threading.Channels;
using Goroutines;

Channel<int> squares = Channel.CreateBounded<int>(8);
long sum = 0;
for (int i = 1; i <= 1_000; i++)
{
    Go.Post(async number => await squares.Writer.WriteAsync(number * number), i);
}
for (int i = 1; i <= 1_000; i++)
{
    sum += await squares.Reader.ReadAsync();
}
Console.WriteLine($"1000 goroutines, sum of their squares: {sum}");
