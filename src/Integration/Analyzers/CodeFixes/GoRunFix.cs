using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Goroutines.Analyzers.CodeFixes;

/// <summary>Puts Go.Run in the place of Task.Run; each overload of the one has its like in the other.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(GoRunFix))]
[Shared]
internal sealed class GoRunFix : CodeFixProvider
{
    private const string Title = "Use Go.Run";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RuleIds.TaskRun);

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span) is ExpressionSyntax called)
        {
            context.RegisterCodeFix(
                CodeAction.Create(Title, cancellation => FixAsync(context.Document, called, cancellation), nameof(GoRunFix)),
                context.Diagnostics);
        }
    }

    private static async Task<Document> FixAsync(Document document, ExpressionSyntax called, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;

        // With its type arguments, if it names them.
        SimpleNameSyntax name = called is MemberAccessExpressionSyntax access ? access.Name : (SimpleNameSyntax)called;
        ExpressionSyntax fixedCall = SyntaxFactory
            .MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, SyntaxFactory.ParseExpression("global::Goroutines.Go"), name)
            .WithTriviaFrom(called)
            .WithAdditionalAnnotations(Simplifier.Annotation);
        return document.WithSyntaxRoot(root.ReplaceNode(called, fixedCall));
    }
}
