package org.halftune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The figures of docs/performance.md are those of the cost model. After a change that moves them:
 *
 * <pre>mvn test -Dtest=PerformancePageTest -Dhalftune.rewrite=true</pre>
 */
class PerformancePageTest {
    private static final Path PAGE = Path.of("docs/performance.md");

    @Test
    void pageShowsTheModelsNumbers() throws IOException {
        var page = Files.readString(PAGE);
        var wanted = page;
        for (var section : new PerformancePage().sections().entrySet()) {
            var begin = "<!-- " + section.getKey() + " -->\n";
            assertThat(wanted).contains(begin);
            var place = Pattern.compile(Pattern.quote(begin) + ".*?(?=<!-- end -->)", Pattern.DOTALL);
            wanted = place.matcher(wanted).replaceFirst(Matcher.quoteReplacement(begin + section.getValue()));
        }
        if (Boolean.getBoolean("halftune.rewrite")) Files.writeString(PAGE, wanted);
        else
            assertThat(page)
                    .as("mvn test -Dtest=PerformancePageTest -Dhalftune.rewrite=true")
                    .isEqualTo(wanted);
    }
}
