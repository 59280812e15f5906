package world;

import java.util.List;
import java.util.Locale;

/** One thing that holds: {@code relation(subject) = answer}, such as RULER(Velmar) = Queen Orla. */
public record Fact(Relation relation, String subject, String answer) {

    /** Every sentence that states this fact. */
    public List<String> statements() {
        return relation.statements().stream().map(this::fill).toList();
    }

    /** Every question whose one right answer is this fact's. */
    public List<String> questions() {
        return relation.questions().stream().map(this::fill).toList();
    }

    /** A wording of this fact's relation with this subject and answer. */
    String fill(String template) {
        return template.replace("{s}", subject)
                .replace("{S}", capitalised(subject))
                .replace("{a}", answer)
                .replace("{A}", capitalised(answer));
    }

    static String capitalised(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    static String uncapitalised(String text) {
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }
}
