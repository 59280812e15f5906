package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.halftune.chat.jinja.Token.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions with jinja2's precedence: {@code if}, or, and, not, comparisons, + -, ~, * / // %, **, unary,
 * filters and tests. {@link OperandParser} parses the operands.
 */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenReader tokens;
    private final OperandParser operands;

    ExpressionParser(TokenReader tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** One expression, or several separated by commas: a tuple. */
    Expression tuple() {
        return tuple(true);
    }

    /** Like {@link #tuple}, but stops at {@code if}. */
    Expression tupleBeforeIf() {
        return tuple(false);
    }

    private Expression tuple(boolean conditional) {
        int line = tokens.current().line();
        var items = new ArrayList<Expression>();
        boolean comma = false;
        while (!tupleEnds()) {
            items.add(conditional ? expression() : or());
            if (!tokens.skip(",")) break;
            comma = true;
        }
        if (!comma && items.size() == 1) return items.getFirst();
        if (items.isEmpty()) throw tokens.unexpected("an expression");
        return new Expression.ListOf(line, items, true);
    }

    private boolean tupleEnds() {
        var token = tokens.current();
        return token.kind() == Kind.VARIABLE_END
                || token.kind() == Kind.BLOCK_END
                || token.is(")")
                || token.isName("recursive");
    }

    Expression expression() {
        tokens.enter();
        var then = or();
        while (tokens.current().isName("if")) {
            int line = tokens.next().line();
            var test = or();
            var otherwise = tokens.skipName("else") ? expression() : null;
            then = new Expression.Conditional(line, test, then, otherwise);
        }
        tokens.leave();
        return then;
    }

    private Expression or() {
        var left = and();
        while (tokens.current().isName("or"))
            left = new Expression.Logical(tokens.next().line(), false, left, and());
        return left;
    }

    private Expression and() {
        var left = not();
        while (tokens.current().isName("and"))
            left = new Expression.Logical(tokens.next().line(), true, left, not());
        return left;
    }

    private Expression not() {
        if (!tokens.current().isName("not")) return comparison();
        int line = tokens.next().line();
        tokens.enter();
        var operand = not();
        tokens.leave();
        return new Expression.Not(line, operand);
    }

    private Expression comparison() {
        int line = tokens.current().line();
        var first = sum();
        var operators = new ArrayList<String>();
        var others = new ArrayList<Expression>();
        while (true) {
            var token = tokens.current();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                operators.add(tokens.next().text());
            } else if (token.isName("in")) {
                tokens.next();
                operators.add("in");
            } else if (token.isName("not") && tokens.following().isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                break;
            }
            others.add(sum());
        }
        return operators.isEmpty() ? first : new Expression.CompareChain(line, first, operators, others);
    }

    private Expression sum() {
        var left = concatenation();
        while (tokens.current().is("+") || tokens.current().is("-")) {
            var sign = tokens.next();
            left = new Expression.BinaryOperation(sign.line(), sign.text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        int line = tokens.current().line();
        var parts = new ArrayList<>(List.of(product()));
        while (tokens.skip("~")) parts.add(product());
        return parts.size() == 1 ? parts.getFirst() : new Expression.Concatenation(line, parts);
    }

    private Expression product() {
        var left = power();
        while (Set.of("*", "/", "//", "%").contains(tokens.current().text())
                && tokens.current().kind() == Kind.OPERATOR) {
            var sign = tokens.next();
            left = new Expression.BinaryOperation(sign.line(), sign.text(), left, power());
        }
        return left;
    }

    private Expression power() {
        var left = unary(true);
        while (tokens.current().is("**")) {
            left = new Expression.BinaryOperation(tokens.next().line(), "**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean withFilters) {
        int line = tokens.current().line();
        Expression operand;
        if (tokens.current().is("-") || tokens.current().is("+")) {
            boolean minus = tokens.next().text().equals("-");
            tokens.enter();
            operand = new Expression.Signed(line, minus, unary(false));
            tokens.leave();
        } else {
            operand = operands.primary();
        }
        operand = operands.postfix(operand);
        return withFilters ? operands.filtered(operand) : operand;
    }

    /** A filter, after its {@code |}. */
    Expression filter(Expression input) {
        return operands.filter(input);
    }

    /** The default of a macro's parameter; null if there is none. */
    @Nullable
    Expression defaultValue() {
        return tokens.skip("=") ? expression() : null;
    }
}
