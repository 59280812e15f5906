package org.halftune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The picture of docs/tour.md is that of the step as the program launches it. After a change:
 *
 * <pre>mvn test -Dtest=StepPictureTest -Dhalftune.rewrite=true</pre>
 */
class StepPictureTest {
    private static final Path PICTURE = Path.of("docs/images/step.svg");

    @Test
    void pictureShowsTheLaunchesOfTheStep() throws IOException {
        var wanted = new StepPicture().svg();
        if (Boolean.getBoolean("halftune.rewrite")) Files.writeString(PICTURE, wanted);
        else
            assertThat(Files.readString(PICTURE))
                    .as("mvn test -Dtest=StepPictureTest -Dhalftune.rewrite=true")
                    .isEqualTo(wanted);
    }
}
