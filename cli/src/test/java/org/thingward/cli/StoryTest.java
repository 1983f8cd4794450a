package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.thingward.device.ServerAddress;
import org.thingward.device.ServerUnreachable;
import org.thingward.operator.ServerFolder;
import org.thingward.trust.Tier;
import org.thingward.verify.policy.PolicyReader;

class StoryTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
  private final Tools tools =
      new Tools(
          new Terminal(stream, stream, 90, false, false),
          InstantSource.system(),
          new SecureRandom());

  private static Scene scene(String title, Function<Stage, Scene.Told> play) {
    return new Scene() {
      @Override
      public String title() {
        return title;
      }

      @Override
      public Told play(Stage stage) {
        return play.apply(stage);
      }
    };
  }

  private boolean told(Scene... scenes) {
    try (Stage stage =
        new Stage(
            tools,
            new ServerAddress("localhost", 1, 1),
            NoServer.operator(),
            new ServerFolder(Path.of("nowhere")))) {
      Story story = new Story(stage);
      boolean well = story.tell(List.of(scenes));
      story.printSummary();
      return well;
    }
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_story_went_well_only_if_every_scene_did() {
    assertThat(told(scene("one", stage -> Scene.Told.of("went well")))).isTrue();
    assertThat(
            told(
                scene("one", stage -> Scene.Told.of("went well")),
                scene(
                    "two",
                    stage -> {
                      throw new SceneFailed("meter-12 was not cut within 15 s");
                    })))
        .isFalse();
    assertThat(printed()).contains("✗ meter-12 was not cut within 15 s");
  }

  @Test
  void a_scene_that_fails_does_not_keep_the_next_from_being_played() {
    boolean well =
        told(
            scene(
                "one",
                stage -> {
                  throw new ServerUnreachable("nothing answers");
                }),
            scene("two", stage -> Scene.Told.of("went well")));
    assertThat(well).isFalse();
    assertThat(printed()).contains("nothing answers").contains("went well");
  }

  @Test
  void the_scenes_fail_where_there_is_no_server() {
    assertThat(told(new EnrolScene(), new LogScene())).isFalse();
  }

  @Test
  void the_cast_is_forty_devices_that_the_default_policy_judges_as_the_story_tells() {
    assertThat(Cast.ids()).hasSize(40).contains(Cast.CLONED, Cast.TAMPERED, Cast.UNSUPPORTED);
    assertThat(Cast.ids()).containsAll(Cast.OLDER).contains(Cast.REVOKED);
    var policy = PolicyReader.read(PolicyReader.defaultPolicy());
    assertThat(policy.services()).containsKey(Cast.READER).containsKey("drill-listener");
    assertThat(policy.rightsOf(Tier.WARNING).publish()).hasSize(1);
  }

  /** An operator whom nobody answers. */
  private static final class NoServer {
    static org.thingward.operator.Operator operator() {
      return new org.thingward.operator.Operator(
          new org.thingward.operator.OperatorConnection(
              URI.create("https://localhost:1"), Keys.any(), new SecureRandom()));
    }
  }
}
