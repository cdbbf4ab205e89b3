"""Where may Instep connect to, when somebody typed the address?"""
