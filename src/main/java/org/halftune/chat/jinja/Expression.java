package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** A node that has a value. Each node has the line where it starts, for error messages. */
sealed interface Expression {

    int line();

    /** Computes the value. Call {@link Render#value} instead, which counts steps and adds the line to errors. */
    @Nullable
    Object value(Render render, Scope scope);

    record Constant(int line, @Nullable Object constant) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            return constant;
        }
    }

    record Name(int line, String name) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            return scope.get(name);
        }
    }

    record ListOf(int line, List<Expression> items, boolean tuple) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            var values = values(items, render, scope);
            return tuple ? new Values.Tuple(values) : values;
        }
    }

    record DictOf(int line, List<Expression> keys, List<Expression> items) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            var dict = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            for (int i = 0; i < keys.size(); i++) {
                dict.put(Values.key(render.value(keys.get(i), scope)), render.value(items.get(i), scope));
            }
            return dict;
        }
    }

    /** {@code object.name} */
    record Attribute(int line, Expression object, String name) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            return Attributes.attribute(render, render.value(object, scope), name);
        }
    }

    /** {@code object[key]} */
    record Item(int line, Expression object, Expression key) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            return Attributes.item(render, render.value(object, scope), render.value(key, scope));
        }
    }

    /** {@code object[from:to:step]} */
    record Slice(
            int line,
            Expression object,
            @Nullable Expression from,
            @Nullable Expression to,
            @Nullable Expression step) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            Object sliced = render.value(object, scope);
            return Attributes.slice(
                    render, sliced, bound(from, render, scope), bound(to, render, scope), bound(step, render, scope));
        }

        private static @Nullable Object bound(@Nullable Expression expression, Render render, Scope scope) {
            return expression == null ? null : render.value(expression, scope);
        }
    }

    record Passed(List<Expression> positional, Map<String, Expression> named) {
        CallArguments values(Render render, Scope scope) {
            if (positional.isEmpty() && named.isEmpty()) return CallArguments.NONE;
            var values = new LinkedHashMap<String, @Nullable Object>();
            var first = Expression.values(positional, render, scope);
            named.forEach((name, expression) -> values.put(name, render.value(expression, scope)));
            return new CallArguments(first, values);
        }
    }

    record Call(int line, Expression callee, Passed passed) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            return call(render.value(callee, scope), render, passed.values(render, scope));
        }

        static @Nullable Object call(@Nullable Object callee, Render render, CallArguments arguments) {
            if (callee instanceof Callable callable) return callable.call(render, arguments);
            if (callee instanceof Undefined undefined) throw undefined.error();
            throw JinjaError.of("'" + Values.type(callee) + "' object is not callable");
        }
    }

    record Filtered(int line, Expression input, Filters.Filter filter, Passed passed) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            return filter.apply(render, render.value(input, scope), passed.values(render, scope));
        }
    }

    record Tested(int line, Expression input, Tests.Test test, Passed passed) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            return test.holds(render, render.value(input, scope), passed.values(render, scope));
        }
    }

    record Not(int line, Expression operand) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            return !Values.isTrue(render.value(operand, scope));
        }
    }

    /** As in Python, the value is the deciding operand, not a boolean. */
    record Logical(int line, boolean and, Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            Object first = render.value(left, scope);
            return Values.isTrue(first) == and ? render.value(right, scope) : first;
        }
    }

    record Conditional(
            int line,
            Expression test,
            Expression then,
            @Nullable Expression otherwise) implements Expression {
        @Override
        public @Nullable Object value(Render render, Scope scope) {
            if (Values.isTrue(render.value(test, scope))) return render.value(then, scope);
            if (otherwise != null) return render.value(otherwise, scope);
            return new Undefined("the inline if-expression evaluated to false and no else section was defined.");
        }
    }

    /** {@code a < b < c}; each operand is evaluated once. */
    record CompareChain(int line, Expression first, List<String> operators, List<Expression> others)
            implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            Object left = render.value(first, scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = render.value(others.get(i), scope);
                if (!Operators.compare(render, operators.get(i), left, right)) return false;
                left = right;
            }
            return true;
        }
    }

    record BinaryOperation(int line, String operator, Expression left, Expression right) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            return Operators.apply(render, operator, render.value(left, scope), render.value(right, scope));
        }
    }

    record Signed(int line, boolean minus, Expression operand) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            return Operators.signed(minus, render.value(operand, scope));
        }
    }

    /** {@code a ~ b ~ c} */
    record Concatenation(int line, List<Expression> parts) implements Expression {
        @Override
        public Object value(Render render, Scope scope) {
            var text = new StringBuilder();
            for (var part : parts) {
                text.append(Printed.text(render, render.value(part, scope)));
                render.spendText(text.length());
            }
            return text.toString();
        }
    }

    static List<@Nullable Object> values(List<Expression> expressions, Render render, Scope scope) {
        var values = new ArrayList<@Nullable Object>(expressions.size());
        for (var expression : expressions) values.add(render.value(expression, scope));
        return values;
    }
}
