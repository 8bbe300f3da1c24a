import ArgumentParser
import HearthHost
print("hearth")
