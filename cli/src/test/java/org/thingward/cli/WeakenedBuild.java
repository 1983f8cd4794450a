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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A copy of the project's build in which one class has a {@link Weakness}. The product itself has
 * no switch for any of its defences.
 */
final class WeakenedBuild {
  private WeakenedBuild() {}

  /** Makes the copy in {@code folder}; it can be started like the project's own folder. */
  static Path make(Weakness weakness, Path folder) throws IOException {
    Path home = RunningServer.home();
    String server = "server-" + Thingward.VERSION + ".jar";
    Path libraries = Files.createDirectories(folder.resolve("server/target/lib"));
    linkAll(home.resolve("server/target/lib"), libraries);
    Files.copy(home.resolve("server/target").resolve(server), libraries.resolveSibling(server));
    Files.createDirectories(folder.resolve("broker"));
    Files.createSymbolicLink(folder.resolve("broker/target"), home.resolve("broker/target"));
    Path jar =
        weakness.module().equals("server")
            ? libraries.resolveSibling(server)
            : libraries.resolve(weakness.module() + "-" + Thingward.VERSION + ".jar");
    Path classes = compile(weakness, libraries, Files.createDirectories(folder.resolve("classes")));
    replace(jar, classes);
    return folder;
  }

  private static void linkAll(Path from, Path to) throws IOException {
    try (Stream<Path> jars = Files.list(from)) {
      for (Path jar : (Iterable<Path>) jars::iterator) {
        Files.createSymbolicLink(to.resolve(jar.getFileName()), jar.toAbsolutePath());
      }
    }
  }

  private static Path compile(Weakness weakness, Path libraries, Path classes) throws IOException {
    String text = Files.readString(RunningServer.home().resolve(weakness.source()));
    assertThat(text.split(java.util.regex.Pattern.quote(weakness.from()), -1))
        .as("%s stands once in %s", weakness.from(), weakness.source())
        .hasSize(2);
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
                List.of(source(weakness, text.replace(weakness.from(), weakness.to()))))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
    return classes;
  }

  private static String classPath(Path libraries) throws IOException {
    try (Stream<Path> jars = Files.list(libraries)) {
      Path server = libraries.resolveSibling("server-" + Thingward.VERSION + ".jar");
      return Stream.concat(Stream.of(server), jars)
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static JavaFileObject source(Weakness weakness, String text) {
    URI name = URI.create("string:///" + weakness.source().getFileName());
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
