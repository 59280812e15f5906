package org.halftune.report.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An HTML or SVG element with attributes, children and text. All text of a page is added through this class, which escapes it. The
 * output is valid HTML and well-formed XML.
 */
public final class Element {
    private static final Set<String> VOID = Set.of("meta");

    /** Elements without a line break after them, because it would be shown as a space. */
    private static final Set<String> INLINE = Set.of("a", "text", "th", "td", "span", "mark");

    private static final Pattern BEFORE_UNIT = Pattern.compile("(?<=\\d) (?=(?:%|ms|s|[kMGT]?B|[kM])(?!\\w))");

    private final String tag;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Object> children = new ArrayList<>();

    private Element(String tag) {
        this.tag = tag;
    }

    /** An element with attributes: alternating names and values. */
    public static Element of(String tag, Object... attributes) {
        var element = new Element(tag);
        for (int i = 0; i < attributes.length; i += 2) element.with((String) attributes[i], attributes[i + 1]);
        return element;
    }

    public Element with(String attribute, Object value) {
        attributes.put(attribute, value instanceof Double d ? coordinate(d) : value.toString());
        return this;
    }

    public Element add(Element... more) {
        children.addAll(List.of(more));
        return this;
    }

    public Element add(List<Element> more) {
        children.addAll(more);
        return this;
    }

    /** Adds text; a number and its unit are kept on one line. */
    public Element text(String text) {
        children.add(BEFORE_UNIT.matcher(text).replaceAll("\u00a0"));
        return this;
    }

    /** Adds text without escaping: only for the style sheet. */
    Element verbatim(String ours) {
        children.add(new Verbatim(ours));
        return this;
    }

    private record Verbatim(String text) {}

    /** A coordinate with one decimal. */
    static String coordinate(double value) {
        if (!Double.isFinite(value)) throw new IllegalArgumentException("a coordinate is " + value);
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        write(out);
        return out.toString();
    }

    private void write(StringBuilder out) {
        out.append('<').append(tag);
        attributes.forEach((name, value) -> out.append(' ')
                .append(name)
                .append("=\"")
                .append(escaped(value))
                .append('"'));
        if (VOID.contains(tag)) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (Object child : children) {
            switch (child) {
                case Element element -> element.write(out);
                case Verbatim verbatim -> out.append(verbatim.text());
                default -> out.append(escaped(child.toString()));
            }
        }
        out.append("</").append(tag).append('>');
        if (!INLINE.contains(tag)) out.append('\n');
    }

    /** Escapes text for content and quoted attributes. Characters that are invalid in XML become U+FFFD. */
    static String escaped(String text) {
        var out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(c) ? c : 0xFFFD);
            }
        });
        return out.toString();
    }

    private static boolean allowed(int c) {
        boolean control = c < 0x20 && c != '\t' && c != '\n' && c != '\r';
        boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
        return !control && !surrogate && c != 0xFFFE && c != 0xFFFF && !(c >= 0x7F && c <= 0x9F);
    }
}
