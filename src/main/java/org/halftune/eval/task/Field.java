package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.halftune.chat.jinja.JinjaError;
import org.halftune.chat.jinja.Template;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * How a value is taken from a row: a column's name, a Jinja template, or a list of templates, as in lm-evaluation-harness.
 * A template that is a single {@code {{ expression }}} gives the value of the expression, which may be a list or a number.
 */
public sealed interface Field {

    /**
     * The value for a row: a string, number, boolean, list, map or null.
     *
     * @throws InputError with the row's place, if the row lacks a field that is used
     */
    @Nullable
    Object value(TaskRow row);

    /** The value as text. Numbers are printed as in Python. */
    default String text(TaskRow row) {
        Object value = value(row);
        return value == null ? "" : value.toString();
    }

    /** The value as a list of texts; a single value is a list of one. */
    default List<String> texts(TaskRow row) {
        Object value = value(row);
        if (value instanceof List<?> list)
            return list.stream()
                    .map(item -> item == null ? "" : item.toString())
                    .toList();
        return List.of(value == null ? "" : value.toString());
    }

    /** @param key the key of the task file, for messages */
    record Column(String key, String name) implements Field {
        @Override
        public @Nullable Object value(TaskRow row) {
            if (row.fields().containsKey(name)) return row.fields().get(name);
            throw missing(key, name, row);
        }
    }

    /** @param key the key of the task file, for messages */
    record Jinja(String key, Template template) implements Field {
        private static final Pattern UNDEFINED = Pattern.compile("'(\\w+)' is undefined");

        @Override
        public @Nullable Object value(TaskRow row) {
            try {
                return template.value(row.fields());
            } catch (JinjaError e) {
                var undefined = UNDEFINED.matcher(e.problem());
                if (undefined.find()) throw missing(key, undefined.group(1), row);
                throw new InputError(
                        key + " fails: " + e.problem(), row.place().toString(), "correct the row, or " + key);
            }
        }
    }

    record Several(List<Field> items) implements Field {
        public Several {
            items = List.copyOf(items);
        }

        @Override
        public Object value(TaskRow row) {
            var values = new ArrayList<@Nullable Object>();
            for (var item : items) values.add(item.value(row));
            return values;
        }
    }

    record Constant(Object constant) implements Field {
        @Override
        public Object value(TaskRow row) {
            return constant;
        }
    }

    /**
     * A field as written in a task file: a template if it has double braces or a tag, else the name of a column.
     *
     * @param where file and line, for messages
     * @throws InputError if the template is not valid
     */
    static Field of(String key, String written, String where) {
        if (!written.contains("{{") && !written.contains("{%"))
            return written.isEmpty() ? new Constant("") : new Column(key, written);
        return template(key, written, where);
    }

    /** A text with templates in it; a text without is itself. */
    static Field template(String key, String written, String where) {
        try {
            // Jinja drops the last line break of a template; lm-evaluation-harness keeps it.
            return new Jinja(key, Template.parse(written.endsWith("\n") ? written + "{{''}}" : written));
        } catch (JinjaError e) {
            throw new InputError(key + " is not a valid template: " + e.problem(), where, "correct the template");
        }
    }

    private static InputError missing(String key, String name, TaskRow row) {
        Map<String, @Nullable Object> fields = row.fields();
        return new InputError(
                "the row has no field " + name + ", which the task's " + key + " needs",
                row.place().toString(),
                Spelling.closest(name, fields.keySet())
                        .map(near -> "did you mean " + near + "?")
                        .orElse("its fields are " + String.join(", ", fields.keySet())
                                + "; use the task's data, or change " + key));
    }
}
