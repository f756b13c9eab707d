using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>Reads an assembly with its symbols and writes both back in the same form, all or nothing.</summary>
internal sealed class AssemblyFiles : IDisposable
{
    private readonly WeavingOptions _options;
    private readonly ISymbolReaderProvider? _symbols;
    private readonly Resolver _resolver;

    public AssemblyFiles(WeavingOptions options)
    {
        _options = options;
        _resolver = new Resolver(options.References);
        try
        {
            _symbols = FindSymbols();
            Module = ModuleDefinition.ReadModule(options.AssemblyPath, new ReaderParameters
            {
                // The result may take the place of what is read.
                InMemory = true,
                AssemblyResolver = _resolver,
                ReadSymbols = _symbols is not null,
                SymbolReaderProvider = _symbols,
            });
        }
        catch (Exception failure) when (failure is BadImageFormatException or SymbolsNotMatchingException or SymbolsNotFoundException)
        {
            throw new WeavingException(
                "GOCP002", $"{options.AssemblyPath} or its PDB cannot be read ({failure.Message}). Rebuild the project.", failure);
        }

        if ((Module.Attributes & ModuleAttributes.ILOnly) == 0)
        {
            Module.Dispose();
            throw new WeavingException(
                "GOCP002", $"{options.AssemblyPath} holds native code. Weave first, then compile to ReadyToRun or native code.");
        }
    }

    public ModuleDefinition Module { get; }

    private static string SymbolPath(string assemblyPath) => Path.ChangeExtension(assemblyPath, ".pdb");

    public void Write()
    {
        var parameters = new WriterParameters { DeterministicMvid = true, StrongNameKeyBlob = ReadKey() };
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_options.OutputPath))!, $"weaving-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            // Under the same name: the name of the PDB goes into the assembly.
            string assembly = Path.Combine(folder, Path.GetFileName(_options.OutputPath));
            WriteInto(assembly, parameters);
            if (File.Exists(SymbolPath(assembly)))
            {
                File.Move(SymbolPath(assembly), SymbolPath(_options.OutputPath), overwrite: true);
            }

            File.Move(assembly, _options.OutputPath, overwrite: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose()
    {
        Module.Dispose();
        _resolver.Dispose();
    }

    private void WriteInto(string assembly, WriterParameters parameters)
    {
        if (_symbols is PortablePdbReaderProvider)
        {
            // A stream has no path, so that none of this folder gets into the assembly.
            using FileStream symbols = File.Create(SymbolPath(assembly));
            using var memory = new MemoryStream();
            parameters.WriteSymbols = true;
            parameters.SymbolWriterProvider = new PortablePdbWriterProvider();
            parameters.SymbolStream = memory;
            Module.Write(assembly, parameters);
            memory.WriteTo(symbols);
        }
        else
        {
            parameters.WriteSymbols = _symbols is not null;
            parameters.SymbolWriterProvider = _symbols is null ? null : new EmbeddedPortablePdbWriterProvider();
            Module.Write(assembly, parameters);
        }
    }

    private byte[]? ReadKey()
    {
        if (_options.KeyFile is null)
        {
            return null;
        }

        // A PRIVATEKEYBLOB begins with 7. A public key alone cannot sign.
        byte[] key = File.ReadAllBytes(_options.KeyFile);
        return key.Length > 0 && key[0] == 7
            ? key
            : throw new WeavingException(
                "GOCP003", $"{_options.KeyFile} holds no key pair (.snk) to sign with. Set PublicSign or DelaySign if that is meant.");
    }

    private ISymbolReaderProvider? FindSymbols()
    {
        using (ModuleDefinition module = ModuleDefinition.ReadModule(_options.AssemblyPath, new ReaderParameters { InMemory = true }))
        {
            if (module.GetDebugHeader().Entries.Any(entry => entry.Directory.Type == ImageDebugType.EmbeddedPortablePdb))
            {
                return new EmbeddedPortablePdbReaderProvider();
            }
        }

        string path = SymbolPath(_options.AssemblyPath);
        if (!File.Exists(path))
        {
            return null;
        }

        using FileStream symbols = File.OpenRead(path);
        Span<byte> signature = stackalloc byte[4];
        bool isPortable = symbols.ReadAtLeast(signature, 4, throwOnEndOfStream: false) == 4 && signature.SequenceEqual("BSJB"u8);
        return isPortable
            ? new PortablePdbReaderProvider()
            : throw new WeavingException("GOCP002", $"{path} is a Windows PDB. Set DebugType to portable or embedded.");
    }

    /// <summary>Finds referenced assemblies among the paths the build knows.</summary>
    private sealed class Resolver(IEnumerable<string> references) : BaseAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition> _read = new(StringComparer.Ordinal);

        public override AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters)
        {
            if (!_read.TryGetValue(name.Name, out AssemblyDefinition? assembly))
            {
                string path = references.FirstOrDefault(reference => Path.GetFileNameWithoutExtension(reference) == name.Name)
                    ?? throw new AssemblyResolutionException(name);
                assembly = AssemblyDefinition.ReadAssembly(path, parameters);
                _read.Add(name.Name, assembly);
            }

            return assembly;
        }

        protected override void Dispose(bool disposing)
        {
            foreach (AssemblyDefinition assembly in _read.Values)
            {
                assembly.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
