using System.Net.Sockets;
using System.Threading.Tasks;

namespace Goroutines.Compare.Load;

/// <summary>The goroutine of one connection.</summary>
internal static class Serving
{
    public static async Task ServeAsync<THandler, TConnection>(TConnection connection)
        where THandler : struct, IConnectionHandler
        where TConnection : struct, IConnection
    {
        using (connection)
        {
            try
            {
                await THandler.ServeAsync(connection);
            }
            catch (SocketException)
            {
                // The load generator ends with requests on their way, which resets its connections.
            }
        }
    }
}
