package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.halftune.chat.jinja.Statement.Flow;
import org.halftune.chat.jinja.Statement.Target;
import org.halftune.chat.jinja.Token.Kind;
import org.jspecify.annotations.Nullable;

/** Parses templates: text, outputs, the tags of jinja2 with loop controls, and transformers' {@code generation}. */
final class Parser {
    private static final Set<String> OTHER_TEMPLATES = Set.of("include", "import", "from", "extends", "block");

    private final TokenReader tokens;
    private final ExpressionParser expressions;
    private int loops;
    private boolean generation;

    private Parser(TokenReader tokens) {
        this.tokens = tokens;
        expressions = new ExpressionParser(tokens);
    }

    record Parsed(List<Statement> body, boolean generation) {}

    static Parsed parse(String source) {
        var parser = new Parser(new TokenReader(Lexer.tokens(source)));
        var body = parser.body(Set.of(), "");
        return new Parsed(body, parser.generation);
    }

    /**
     * Statements up to a tag with one of these names, which becomes the current token; without names, up to the end of
     * the template.
     */
    private List<Statement> body(Set<String> ends, String opening) {
        tokens.enter();
        var statements = new ArrayList<Statement>();
        while (true) {
            var token = tokens.next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Data(token.line(), token.text()));
                case VARIABLE_BEGIN -> {
                    statements.add(new Statement.Output(token.line(), List.of(expressions.tuple())));
                    tokens.expect(Kind.VARIABLE_END, "}}");
                }
                case BLOCK_BEGIN -> {
                    var name = tokens.current();
                    if (name.kind() != Kind.NAME) throw tokens.unexpected("the name of a tag");
                    if (ends.contains(name.text())) {
                        tokens.leave();
                        return statements;
                    }
                    statements.add(statement(tokens.next()));
                    tokens.expect(Kind.BLOCK_END, "%}");
                }
                default -> {
                    if (!ends.isEmpty()) throw JinjaError.at(token.line(), "{% " + opening + " %} is not closed");
                    return statements;
                }
            }
        }
    }

    /** The body after a tag, and the tag that ends it. */
    private List<Statement> bodyTo(String end, String opening) {
        var body = blockTo(Set.of(end), opening);
        tokens.next();
        return body;
    }

    private List<Statement> blockTo(Set<String> ends, String opening) {
        tokens.skip(":");
        tokens.expect(Kind.BLOCK_END, "%}");
        return body(ends, opening);
    }

    /** A body that {@code break} cannot leave. */
    private List<Statement> closedBodyTo(String end, String opening) {
        int outside = loops;
        loops = 0;
        var body = bodyTo(end, opening);
        loops = outside;
        return body;
    }

    private Statement statement(Token tag) {
        int line = tag.line();
        return switch (tag.text()) {
            case "if" -> ifs(line);
            case "for" -> loop(line);
            case "set" -> set(line);
            case "macro" -> macro(line);
            case "call" -> callBlock(line);
            case "with" -> with(line);
            case "filter" -> {
                var filtered = filters(expressions.filter(blockText(line)));
                yield new Statement.Captured(line, null, filtered, closedBodyTo("endfilter", "filter"));
            }
            case "generation" -> {
                generation = true;
                yield new Statement.GenerationBlock(line, closedBodyTo("endgeneration", "generation"));
            }
            case "print" -> print(line);
            case "break", "continue" -> {
                if (loops == 0) throw JinjaError.at(line, "'" + tag.text() + "' outside of a loop");
                yield new Statement.Jump(line, tag.text().equals("break") ? Flow.BREAK : Flow.CONTINUE);
            }
            default ->
                throw JinjaError.at(
                        line,
                        OTHER_TEMPLATES.contains(tag.text())
                                ? "{% " + tag.text()
                                        + " %} is not supported: a chat template cannot use other templates"
                                : "{% " + tag.text() + " %} is not supported");
        };
    }

    private Statement ifs(int line) {
        var branches = new ArrayList<Statement.Branch>();
        while (true) {
            var test = expressions.tupleBeforeIf();
            branches.add(new Statement.Branch(test, blockTo(Set.of("elif", "else", "endif"), "if")));
            String end = tokens.next().text();
            if (end.equals("elif")) continue;
            return new Statement.If(line, branches, end.equals("else") ? bodyTo("endif", "if") : List.of());
        }
    }

    private Statement loop(int line) {
        var target = target(false);
        if (!tokens.skipName("in")) throw tokens.unexpected("'in'");
        var items = expressions.tupleBeforeIf();
        var test = tokens.skipName("if") ? expressions.expression() : null;
        if (tokens.current().isName("recursive")) throw JinjaError.at(line, "a recursive loop is not supported");
        loops++;
        var body = blockTo(Set.of("endfor", "else"), "for");
        loops--;
        boolean hasElse = tokens.next().text().equals("else");
        return new Statement.For(line, target, items, test, body, hasElse ? bodyTo("endfor", "for") : List.of());
    }

    private Statement set(int line) {
        var target = target(true);
        if (tokens.skip("=")) return new Statement.Assign(line, target, expressions.tuple());
        return new Statement.Captured(line, target, filters(blockText(line)), closedBodyTo("endset", "set"));
    }

    private static Expression blockText(int line) {
        return new Expression.Name(line, Statement.Captured.TEXT);
    }

    private Statement print(int line) {
        var printed = new ArrayList<Expression>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            if (!printed.isEmpty()) tokens.expect(",");
            printed.add(expressions.expression());
        }
        return new Statement.Output(line, printed);
    }

    private Expression filters(Expression input) {
        var result = input;
        while (tokens.skip("|")) result = expressions.filter(result);
        return result;
    }

    private Statement with(int line) {
        var targets = new ArrayList<Target>();
        var values = new ArrayList<Expression>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            if (!targets.isEmpty()) tokens.expect(",");
            targets.add(single(false));
            tokens.expect("=");
            values.add(expressions.expression());
        }
        return new Statement.With(line, targets, values, bodyTo("endwith", "with"));
    }

    private Statement macro(int line) {
        String name = tokens.expect(Kind.NAME, "the name of the macro").text();
        var parameters = parameters();
        return new Statement.Macro(line, new Statement.Body(line, name, parameters, closedBodyTo("endmacro", "macro")));
    }

    private Statement callBlock(int line) {
        List<Statement.MacroParameter> parameters = tokens.current().is("(") ? parameters() : List.of();
        if (!(expressions.expression() instanceof Expression.Call call)) throw JinjaError.at(line, "expected a call");
        return new Statement.CallBlock(
                line, call, new Statement.Body(line, "caller", parameters, closedBodyTo("endcall", "call")));
    }

    private List<Statement.MacroParameter> parameters() {
        tokens.expect("(");
        var parameters = new ArrayList<Statement.MacroParameter>();
        boolean optional = false;
        while (!tokens.skip(")")) {
            if (!parameters.isEmpty()) tokens.expect(",");
            var name = tokens.expect(Kind.NAME, "the name of a parameter");
            @Nullable Expression otherwise = expressions.defaultValue();
            if (optional && otherwise == null)
                throw JinjaError.at(name.line(), "parameter without a default follows parameter with a default");
            optional = otherwise != null;
            parameters.add(new Statement.MacroParameter(name.text(), otherwise));
        }
        return parameters;
    }

    /** Names separated by commas. */
    private Target target(boolean fields) {
        var first = single(fields);
        if (!tokens.current().is(",")) return first;
        var targets = new ArrayList<>(List.of(first));
        while (tokens.skip(",")
                && !tokens.current().isName("in")
                && !tokens.current().is("=")
                && !tokens.current().is(")")) {
            targets.add(single(fields));
        }
        return new Statement.TargetList(targets);
    }

    private Target single(boolean fields) {
        if (tokens.skip("(")) {
            tokens.enter();
            var inside = target(fields);
            tokens.leave();
            tokens.expect(")");
            return inside;
        }
        var name = tokens.expect(Kind.NAME, "a name");
        if (Set.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
            throw JinjaError.at(name.line(), "can't assign to '" + name.text() + "'");
        }
        if (!fields || !tokens.skip(".")) return new Statement.Variable(name.text());
        return new Statement.Field(
                name.text(), tokens.expect(Kind.NAME, "the name of a field").text());
    }
}
