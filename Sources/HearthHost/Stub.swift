import Crypto
import HearthConfiguration
import HearthDatabase
import HearthHTTP
import JWTKit
