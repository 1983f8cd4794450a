package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A copy of the project's build with {@link Cut}s in its source. The product itself has no switch
 * for any of its defences.
 */
final class WeakenedBuild {
  private WeakenedBuild() {}

  /** Makes the copy in {@code folder}; it can be started like the project's own folder. */
  static Path make(List<Cut> cuts, Path folder) throws IOException {
    Path home = RunningServer.home();
    String server = "server-" + Thingward.VERSION + ".jar";
    Path libraries = Files.createDirectories(folder.resolve("server/target/lib"));
    linkAll(home.resolve("server/target/lib"), libraries);
    Files.copy(home.resolve("server/target").resolve(server), libraries.resolveSibling(server));
    Files.createDirectories(folder.resolve("broker"));
    Files.createSymbolicLink(folder.resolve("broker/target"), home.resolve("broker/target"));
    Map<String, List<Cut>> byModule =
        cuts.stream().distinct().collect(Collectors.groupingBy(Cut::module));
    for (Map.Entry<String, List<Cut>> module : byModule.entrySet()) {
      Path classes = Files.createDirectories(folder.resolve("classes").resolve(module.getKey()));
      compile(module.getValue(), libraries, classes);
      Path jar =
          module.getKey().equals("server")
              ? libraries.resolveSibling(server)
              : libraries.resolve(module.getKey() + "-" + Thingward.VERSION + ".jar");
      replace(jar, classes);
    }
    return folder;
  }

  private static void linkAll(Path from, Path to) throws IOException {
    try (Stream<Path> jars = Files.list(from)) {
      for (Path jar : (Iterable<Path>) jars::iterator) {
        Files.createSymbolicLink(to.resolve(jar.getFileName()), jar.toAbsolutePath());
      }
    }
  }

  private static void compile(List<Cut> cuts, Path libraries, Path classes) throws IOException {
    Map<Path, String> texts = new TreeMap<>();
    for (Cut cut : cuts) {
      String text = texts.get(cut.source());
      texts.put(cut.source(), without(cut, text == null ? original(cut) : text));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of(
                    "-proc:none", "-nowarn", "-cp", classPath(libraries), "-d", classes.toString()),
                null,
                texts.entrySet().stream()
                    .map(file -> source(file.getKey(), file.getValue()))
                    .toList())
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
  }

  private static String original(Cut cut) throws IOException {
    return Files.readString(RunningServer.home().resolve(cut.source()));
  }

  private static String without(Cut cut, String text) {
    assertThat(text.split(Pattern.quote(cut.from()), -1))
        .as("%s stands once in %s", cut.from(), cut.source())
        .hasSize(2);
    return text.replace(cut.from(), cut.to());
  }

  private static String classPath(Path libraries) throws IOException {
    try (Stream<Path> jars = Files.list(libraries)) {
      Path server = libraries.resolveSibling("server-" + Thingward.VERSION + ".jar");
      return Stream.concat(Stream.of(server), jars)
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static JavaFileObject source(Path file, String text) {
    URI name = URI.create("string:///" + file.getFileName());
    return new SimpleJavaFileObject(name, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** Puts the classes into the jar, which stops being a link to the real one. */
  private static void replace(Path jar, Path classes) throws IOException {
    Path real = jar.toRealPath();
    if (!real.equals(jar)) {
      Files.delete(jar);
      Files.copy(real, jar);
    }
    try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of());
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Files.copy(
            file,
            inside.getPath(classes.relativize(file).toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
